// Which addresses are our own, for each way of listening.

import { describe, expect, it } from 'vitest'
import { isLoopback, listenerEndpoints } from './listeners.ts'

describe('listeners', () => {
  it('on every address cover the loopback block and each interface', () => {
    for (const host of ['0.0.0.0', '::']) {
      const endpoints = listenerEndpoints(host, 8080)
      expect(endpoints).toContainEqual({ host: '127.0.0.0/8', port: 8080 })
      expect(endpoints.every(({ port }) => port === 8080)).toBe(true)
      expect(endpoints.map((endpoint) => endpoint.host)).not.toContain('0.0.0.0')
    }
  })

  it('on one address cover that one', () => {
    expect(listenerEndpoints('10.1.2.3', 1)).toEqual([{ host: '10.1.2.3', port: 1 }])
    expect(listenerEndpoints('localhost', 1)).toEqual([{ host: '127.0.0.1', port: 1 }])
  })

  it('know loopback from the rest', () => {
    for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) expect(isLoopback(host)).toBe(true)
    for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.com', '']) expect(isLoopback(host)).toBe(false)
  })
})
