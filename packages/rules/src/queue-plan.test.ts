// When scheduled plans fire: by example and by property.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkNewPlan, checkQueuePlanDraft, firedPlan, nextPlanTime, noPlans, type QueuePlan } from './queue-plan.ts'

// A Wednesday.
const now = Date.UTC(2026, 0, 7, 12, 0)
const at = (text: string) => Date.parse(`${text}Z`)
const draft = { name: 'plan_A', targetCu: 64, startHour: 20, startMinute: 30 }

describe('a plan', () => {
  it('fires once at the next such time, or on its days', () => {
    expect(checkQueuePlanDraft(draft, now).nextAt).toBe(at('2026-01-07T20:30'))
    expect(checkQueuePlanDraft({ ...draft, startHour: 11 }, now).nextAt).toBe(at('2026-01-08T11:30'))
    expect(checkQueuePlanDraft({ ...draft, repeatDays: ['monday', 'TUESDAY'] }, now)).toMatchObject({
      nextAt: at('2026-01-12T20:30'),
      repeatDays: ['MONDAY', 'TUESDAY'],
    })
    expect(checkQueuePlanDraft({ ...draft, startHour: 12, startMinute: 0, repeatDays: ['WEDNESDAY'] }, now).nextAt).toBe(
      at('2026-01-14T12:00'),
    )
    expect(checkQueuePlanDraft({ ...draft, validFrom: at('2026-02-01T20:30') }, now).nextAt).toBe(at('2026-02-01T20:30'))
    expect(checkQueuePlanDraft({ ...draft, isActive: false }, now).nextAt).toBeUndefined()
  })

  it('is refused in the published words when it never could', () => {
    expect(checkQueuePlanDraft({ ...draft, validUntil: at('2026-01-07T20:30') }, now).nextAt).toBe(at('2026-01-07T20:30'))
    const text = 'Queue plans create failed. The plan plan_A can not generate a scale plan, please check all time settings for the plan.'
    expect(() => checkQueuePlanDraft({ ...draft, validUntil: at('2026-01-07T20:29') }, now)).toThrow(text)
    expect(() => checkQueuePlanDraft({ ...draft, repeatDays: ['MONDAY'], validUntil: at('2026-01-12T20:29') }, now)).toThrow(text)
  })

  it.each([
    [{ name: '1' }, 'is no plan name'],
    [{ targetCu: 8 }, 'target_cu'],
    [{ targetCu: 17 }, 'target_cu'],
    [{ targetCu: 32_016 }, 'target_cu'],
    [{ targetCu: 0 }, 'target_cu is a multiple of 16 from 16 to 32000'],
    [{ startMinute: -1 }, 'start_minute is a whole number from 0 to 59'],
    [{ startHour: 24 }, 'start_hour'],
    [{ startHour: -1 }, 'start_hour'],
    [{ startMinute: 60 }, 'start_minute'],
    [{ startMinute: 0.5 }, 'start_minute'],
    [{ repeatDays: ['FUNDAY'] }, 'repeat_day'],
  ])('%j is refused', (change, text) => {
    expect(() => checkQueuePlanDraft({ ...draft, ...change }, now)).toThrow(
      expect.objectContaining({ kind: 'invalid', message: expect.stringContaining(text) }),
    )
  })

  it.each([{ targetCu: 16 }, { targetCu: 32_000 }, { startHour: 0 }, { startHour: 23 }, { startMinute: 0 }, { startMinute: 59 }])(
    '%j is at the edge and taken',
    (change) => {
      expect(checkQueuePlanDraft({ ...draft, ...change }, now)).toMatchObject(change)
    },
  )

  it('that is refused is quoted in part, and named where its times are at fault', () => {
    expect(() => checkQueuePlanDraft({ ...draft, name: 'a'.repeat(200) }, now)).toThrow(
      `"${'a'.repeat(140)}" is no plan name: use 1 to 128 letters, digits and _, not digits alone, not starting with _`,
    )
    expect(() => checkQueuePlanDraft({ ...draft, repeatDays: ['F'.repeat(99)] }, now)).toThrow(
      `repeat_day has days from MONDAY to SUNDAY: "${'F'.repeat(20)}" is none`,
    )
    expect(() => checkQueuePlanDraft({ ...draft, validUntil: now }, now)).toThrow(
      expect.objectContaining({ kind: 'invalid', details: { subject: { kind: 'plan', name: 'plan_A' } } }),
    )
  })

  it('that has fired is over, or fires again later', () => {
    const plan = { ...checkQueuePlanDraft(draft, now), id: 1, queueId: 'q', lastExecutedAt: undefined } as QueuePlan
    expect(firedPlan(plan, plan.nextAt ?? 0)).toMatchObject({ nextAt: undefined, lastExecutedAt: plan.nextAt })
    const weekly = { ...plan, repeatDays: ['WEDNESDAY'] } as QueuePlan
    expect(firedPlan(weekly, at('2026-01-07T20:31')).nextAt).toBe(at('2026-01-14T20:30'))
  })

  it('has a name of its own on its queue', () => {
    const plans = [
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
    ]
    expect(() => checkNewPlan('a', plans)).toThrow(
      expect.objectContaining({
        kind: 'conflict',
        message: 'The plan named a exists already on this queue: choose another name',
      }),
    )
    expect(() => checkNewPlan('c', plans)).not.toThrow()
    expect(() => checkNewPlan('a', plans, 1)).not.toThrow()
  })

  it.each([
    [[8], 'The plan with id 8 does not exist.', '8'],
    [[8, 'x'], 'The plans with id 8, x do not exist.', '8, x'],
  ])('that is not there is told by its id: %j', (ids, message, name) => {
    expect(noPlans(ids)).toMatchObject({ kind: 'notFound', message, details: { subject: { kind: 'plan', name } } })
  })

  const days = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'] as const
  it('fires later than now, at its time of day, on one of its days, and within nine days', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        fc.subarray([...days]),
        (after, startHour, startMinute, repeatDays) => {
          const next = nextPlanTime({ startHour, startMinute, repeatDays, validFrom: undefined, validUntil: undefined }, after) ?? 0
          const date = new Date(next)
          expect(next).toBeGreaterThan(after)
          expect(next - after).toBeLessThanOrEqual(8 * 24 * 3_600_000)
          expect([date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]).toEqual([startHour, startMinute, 0])
          expect(repeatDays.length === 0 || repeatDays.includes(days[date.getUTCDay()] ?? 'SUNDAY')).toBe(true)
        },
      ),
    )
  })
})
