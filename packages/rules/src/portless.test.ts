// Gateways asked without a port.

import { describe, expect, it } from 'vitest'
import { checkPortless } from './portless.ts'
import { sampleGateway, sampleNetwork } from './sample-network.ts'

const network = sampleNetwork()
const map = (from: string, to: string) => sampleGateway({ kind: 'map', ranges: ['127.0.0.0/8'], map: [{ from, to }] })

describe('a gateway asked without a port', () => {
  it.each([
    ['direct', sampleGateway({ ranges: ['10.71.0.0/24'] })],
    ['an address with a port', map('10.71.0.5:5432', '127.0.0.1:25432')],
    ['an address', map('10.71.0.5', '127.0.0.1')],
    ['a range', map('10.71.0.0/24', '127.0.1.0/24')],
    ['a name, which is checked when it is dialled', map('10.71.0.5:5432', 'db.example.com:5432')],
  ])('carries what a port of it carries: %s', (_, gateway) => {
    expect(() => checkPortless(network, gateway, '10.71.0.5')).not.toThrow()
  })

  it.each([
    ['none', sampleGateway({ kind: 'none' }), /carries nothing/],
    ['no line', map('10.71.0.6:5432', '127.0.0.1:25432'), /carries nothing/],
    ['outside the ranges', map('10.71.0.5:5432', '10.9.9.9:5432'), /may not reach/],
    ['another range', map('10.72.0.0/24', '127.0.1.0/24'), /carries nothing/],
    ['direct outside the ranges', sampleGateway({ ranges: ['10.72.0.0/24'] }), /may not reach/],
    ['link-local', map('10.71.0.5', '169.254.169.254'), /may not reach/],
  ])('refuses what no port of it carries: %s', (_, gateway, message) => {
    expect(() => checkPortless(network, gateway, '10.71.0.5')).toThrow(
      expect.objectContaining({ kind: 'forbidden', message: expect.stringMatching(message) }),
    )
  })
})
