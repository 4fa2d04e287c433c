// Which names a host entry may carry.

import { describe, expect, it } from 'vitest'
import { isHostName } from './host.ts'

describe('a host name', () => {
  it.each(['a', 'ecs-97f8-0001', 'DB_1.internal', 'a-', 'a.', `a${'b'.repeat(127)}`])('may be %s', (text) => {
    expect(isHostName(text)).toBe(true)
  })

  it.each(['', '1a', '-a', '.a', '_a', 'a b', 'a\n', 'a/b', 'ä', 'a:1', '10.71.0.5', `a${'b'.repeat(128)}`])('may not be "%s"', (text) => {
    expect(isHostName(text)).toBe(false)
  })
})
