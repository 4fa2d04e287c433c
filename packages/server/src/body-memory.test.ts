// What bodies may take by default: all they may on a machine, little in a small container, one whole body always.

import { describe, expect, it } from 'vitest'
import { bodyMemoryOf } from './body-memory.ts'

const mebibyte = 2 ** 20

describe('the memory of bodies', () => {
  it('is 192 MiB wherever there is a GiB, and grows with what a small container leaves', () => {
    const of = (mebibytes: number): number => Math.round(bodyMemoryOf(mebibytes * mebibyte, 12 * mebibyte) / mebibyte)
    expect([65_536, 1024, 736, 512, 384, 256, 200].map(of)).toEqual([192, 192, 192, 117, 75, 32, 13])
  })

  it('takes one of the largest bodies, however little there is', () => {
    for (const memory of [0, 64 * mebibyte, 170 * mebibyte]) expect(bodyMemoryOf(memory, 12 * mebibyte)).toBe(12 * mebibyte)
    expect(bodyMemoryOf(200 * mebibyte, 1000)).toBe(Math.floor((40 * mebibyte) / 3))
  })
})
