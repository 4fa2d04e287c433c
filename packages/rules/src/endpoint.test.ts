// Endpoints: what is read, what is refused.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { endpointOf, formatEndpoint, parseEndpoint } from './endpoint.ts'

describe('an endpoint', () => {
  it('is read as it was printed', () => {
    const host = fc.stringMatching(/^[A-Za-z0-9_.-]{1,255}$/)
    const port = fc.integer({ min: 1, max: 65535 })
    fc.assert(
      fc.property(host, port, (name, number) => {
        expect(parseEndpoint(formatEndpoint({ host: name, port: number }))).toEqual({ host: name, port: number })
      }),
    )
  })

  it.each([
    ['10.71.0.5:1', { host: '10.71.0.5', port: 1 }],
    ['db.internal:65535', { host: 'db.internal', port: 65535 }],
    [`${'a'.repeat(255)}:80`, { host: 'a'.repeat(255), port: 80 }],
  ])('%s', (text, endpoint) => {
    expect(endpointOf(text)).toEqual(endpoint)
  })

  it.each([
    '',
    ':',
    'host',
    'host:',
    ':80',
    'host:0',
    'host:00000',
    'host:65536',
    'host:99999',
    'host:123456',
    'host:-1',
    'host:8o',
    'host:80 ',
    'host:80\n',
    'a b:80',
    'a/b:80',
    'user@host:80',
    '[::1]:80',
    '::1:80',
    'host:80:80',
    `${'a'.repeat(256)}:80`,
  ])('is not "%s"', (text) => {
    expect(parseEndpoint(text)).toBeUndefined()
    expect(() => endpointOf(text)).toThrow(expect.objectContaining({ kind: 'invalid' }))
  })
})
