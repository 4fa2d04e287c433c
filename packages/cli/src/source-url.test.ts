// Addresses of sources, and passwords that must not come this way.

import { describe, expect, it } from 'vitest'
import { readSourceUrl } from './source-url.ts'

describe('readSourceUrl', () => {
  it('reads the parts', () => {
    expect(readSourceUrl('postgresql://ann@db.example:6432/shop?sslmode=require')).toEqual({
      kind: 'postgresql',
      user: 'ann',
      host: 'db.example',
      port: 6432,
      database: 'shop',
      parameters: 'sslmode=require',
    })
    expect(readSourceUrl('postgres://a%40b@10.0.0.5/x').user).toBe('a@b')
    expect(readSourceUrl('postgres://a@10.0.0.5/x')).toMatchObject({ kind: 'postgresql', port: 5432 })
    expect(readSourceUrl('mysql://a@10.0.0.5/x')).toMatchObject({ kind: 'mysql', port: 3306 })
    expect(readSourceUrl('mariadb://a@10.0.0.5:3307/x')).toMatchObject({ kind: 'mysql', port: 3307 })
  })

  it('takes no password, and repeats none', () => {
    for (const url of ['postgresql://ann:hunter2@h/x', 'postgresql://ann@h/x?password=hunter2', 'postgresql://ann:hunter2@h', 'hunter2']) {
      let message = ''
      try {
        readSourceUrl(url)
      } catch (error) {
        message = (error as Error).message
      }
      expect(message, url).not.toBe('')
      expect(message).not.toContain('hunter2')
    }
  })

  it('wants a user, a database and a port that exists', () => {
    for (const url of ['postgresql://h/x', 'postgresql://a@h/', 'postgresql://a@h:0/x', 'postgresql://a@h:70000/x', 'oracle://a@h/x'])
      expect(() => readSourceUrl(url), url).toThrow(/write|port/)
  })
})
