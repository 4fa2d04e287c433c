// How many connections fit into how many open files; the flood itself is in tests/durability.

import { describe, expect, it } from 'vitest'
import { connectionsWithin, openFilesLimit } from './connection-limit.ts'

describe('open files', () => {
  it('are half for connections, until what is kept back is plenty', () => {
    expect([1, 2, 200, 1024, 1025, 1_048_576].map(connectionsWithin)).toEqual([1, 1, 100, 512, 513, 1_048_064])
  })

  it.runIf(process.platform === 'linux')('are as many as the system says', () => {
    const reported = process.report.getReport() as { readonly userLimits?: { readonly open_files?: { readonly soft?: number | string } } }
    expect(openFilesLimit()).toBe(Number(reported.userLimits?.open_files?.soft))
  })
})
