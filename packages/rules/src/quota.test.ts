// Quotas: what they admit, and what an owner may set.

import { describe, expect, it } from 'vitest'
import { ServiceError } from './errors.ts'
import { checkQuota, quotaKinds, quotaOf, usedQuota, usualQuota } from './quota.ts'

describe('a quota', () => {
  it('admits up to its last unit and not one more', () => {
    const quota = { kind: 'QUEUE_CU', most: 64 } as const
    expect(() => checkQuota(quota, 48, 16)).not.toThrow()
    expect(() => checkQuota(quota, 48, 17)).toThrow(
      'quota QUEUE_CU of the project is 64, 48 of it in use, and 17 more are asked for: delete a queue or make one smaller, or ask the installation owner',
    )
    expect(() => checkQuota(quota, 0, 65)).toThrow(expect.objectContaining({ kind: 'exhausted' }))
    expect(() => checkQuota({ ...quota, most: 0 }, 0, 1)).toThrow(ServiceError)
  })

  it('lets a project that is over it become smaller', () => {
    expect(() => checkQuota({ kind: 'QUEUE_CU', most: 16 }, 64, -16)).not.toThrow()
    expect(() => checkQuota({ kind: 'QUEUE_CU', most: 16 }, 64, 0)).not.toThrow()
  })

  it('is set from nothing to its ceiling', () => {
    expect(quotaKinds).toHaveLength(5)
    for (const kind of quotaKinds) {
      const { ceiling, most } = usedQuota(usualQuota(kind), 0)
      expect(most).toBeLessThanOrEqual(ceiling)
      expect(quotaOf({ kind, most: 0 })).toEqual({ kind, most: 0 })
      expect(quotaOf({ kind, most: ceiling })).toEqual({ kind, most: ceiling })
      for (const wrong of [-1, ceiling + 1, 1.5, Number.NaN]) {
        expect(() => quotaOf({ kind, most: wrong })).toThrow(`quota of ${kind} is a whole number from 0 to ${ceiling}`)
      }
    }
    expect(() => quotaOf({ kind: 'toString', most: 1 })).toThrow('quota type toString is unknown')
  })
})
