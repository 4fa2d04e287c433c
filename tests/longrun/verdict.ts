// Judges a long run: what must stay flat, how much slower the last minute may be than the second, and that everything was looked at.

import { median } from '../bench/harness.ts'
import { driftOf, type TwoMinutes } from './drift.ts'
import type { Call, Held, LongRun, Sample, Stock } from './record.ts'
import { type Point, trendOf } from './series.ts'

/** One thing that was judged. */
export interface Finding {
  readonly what: string
  readonly seen: string
  readonly bound: string
  readonly isMet: boolean
}

/** What may rise by how much from the end of the warm-up to the end of the run: the greater of a fixed amount and a share of the middle value. */
interface Allowance {
  readonly amount: number
  readonly share: number
}

const count = { amount: 8, share: 0 }
/** Bounds of what is held; memory in MiB. A collector and an allocator settle for longer than a minute: what they may still take is the fixed amount. */
export const allowances = {
  server: {
    resident: { amount: 24, share: 0.1 },
    proportional: { amount: 24, share: 0.1 },
    descriptors: count,
    sockets: count,
    threads: count,
  },
  engines: {
    resident: { amount: 48, share: 0.1 },
    proportional: { amount: 48, share: 0.1 },
    descriptors: count,
    sockets: count,
    threads: count,
  },
} as const satisfies Readonly<Record<'server' | 'engines', Readonly<Record<Exclude<keyof Held, 'processorMs'>, Allowance>>>>

/** How much slower the last minute may be than the second. */
export const mostDrift = 1.2
/** Percentiles that are compared, how many calls each of the two minutes must have for it, and which difference in ms is noise whatever the ratio. */
export const percentiles = [
  { share: 0.5, fewest: 10, floorMs: 0.5 },
  { share: 0.99, fewest: 100, floorMs: 10 },
] as const
/** Of the calls that were due, so many must have been made. */
const leastShareMade = 0.95
/** What the server may keep for good of one call in its heap, and of one write or job in its directory, in bytes. */
const mostKept = {
  heapPerCall: 24,
  heap: 1.5 * 2 ** 20,
  perWrite: 2 * 1024,
  perResult: 16 * 1024,
  ahead: 32 * 2 ** 20,
  scratch: 16 * 2 ** 20,
} as const
const mib = 2 ** 20

/** Every finding. A run that looked at nothing has findings that are not met. */
export function judge(run: LongRun): readonly Finding[] {
  return [...judgeAnswers(run), ...judgeFlatness(run), ...judgeStock(run), ...judgeDrift(run), ...judgeEnding(run)]
}

function judgeAnswers({ statuses, failures, calls, rhythms, minutes, minuteMs }: LongRun): readonly Finding[] {
  const answers = [...statuses].reduce((sum, [, one]) => sum + one, 0)
  const broken = [...statuses].filter(([status]) => status >= 500).reduce((sum, [, one]) => sum + one, 0)
  const missing = rhythms.filter(({ name, perSecond }) => {
    const due = (perSecond * minutes * minuteMs) / 1000
    return calls.filter(({ kind }) => kind === name).length < Math.floor(due * leastShareMade) - 2
  })
  return [
    { what: 'answers of 5xx', seen: `${broken} of ${answers}`, bound: '0', isMet: broken === 0 && answers > 0 },
    {
      what: 'calls not answered as they should be',
      seen: `${failures.length} of ${calls.length}`,
      bound: '0',
      isMet: failures.length === 0 && calls.length > 0,
    },
    {
      what: 'kinds of calls made as often as they were due',
      seen: `${rhythms.length - missing.length} of ${rhythms.length}${missing.length === 0 ? '' : `, not ${missing.map(({ name }) => name).join(', ')}`}`,
      bound: 'all',
      isMet: rhythms.length > 0 && missing.length === 0,
    },
  ]
}

function judgeFlatness({ samples, minuteMs, minutes }: LongRun): readonly Finding[] {
  const judged = samples.filter(({ atMs }) => atMs >= minuteMs)
  const hours = ((minutes - 1) * minuteMs) / 3_600_000
  const units = { resident: 'MiB', proportional: 'MiB', descriptors: '', sockets: '', threads: '' } as const
  const names = {
    resident: 'resident memory',
    proportional: 'proportional memory',
    descriptors: 'descriptors',
    sockets: 'sockets',
    threads: 'threads',
  } as const
  const keys = Object.keys(names) as (keyof typeof names)[]
  const held = (['server', 'engines'] as const).flatMap((whose) =>
    keys.map((key) =>
      judgeTrend(`${whose}: ${names[key]}`, {
        series: judged.map((sample) => ({ atMs: sample.atMs, value: sample[whose][key] })),
        allowance: allowances[whose][key],
        unit: units[key],
        hours,
      }),
    ),
  )
  const engines = judged.map(({ atMs, engineCount }) => ({ atMs, value: engineCount }))
  return [...held, judgeTrend('engines: processes', { series: engines, allowance: { amount: 1, share: 0 }, unit: '', hours })]
}

/** Fewer samples than these are a look at nothing. */
const fewestSamples = 12

function judgeTrend(
  what: string,
  {
    series,
    allowance,
    unit,
    hours,
  }: { readonly series: readonly Point[]; readonly allowance: Allowance; readonly unit: string; readonly hours: number },
): Finding {
  const inUnit = (value: number): string => `${value.toFixed(unit === '' ? 0 : 1)}${unit === '' ? '' : ` ${unit}`}`
  if (series.length < fewestSamples) return { what, seen: `${series.length} samples`, bound: `${fewestSamples} samples`, isMet: false }
  const { middle, rise } = trendOf(series)
  const most = Math.max(allowance.amount, allowance.share * middle)
  const seen = `${inUnit(middle)}, rose by ${inUnit(rise)} (${inUnit(rise / hours)} an hour)`
  return { what, seen, bound: `rises by at most ${inUnit(most)}`, isMet: middle > 0 && rise <= most }
}

function judgeStock({ stocks: { early, late } }: LongRun): readonly Finding[] {
  const calls = late.calls - early.calls
  const writes = late.writes - early.writes + late.jobs - early.jobs
  const written = (stock: Stock): number => stock.sizes.database + stock.sizes.auditFile
  const heap = (late.liveHeap - early.liveHeap) * mib
  const mostHeap = Math.max(mostKept.heap, calls * mostKept.heapPerCall)
  const perWrite = (written(late) - written(early)) / writes
  const perResult = late.sizes.results / late.sizes.resultCount
  const scratch = late.sizes.scratch - early.sizes.scratch
  return [
    {
      what: 'server: live heap after a collection',
      seen: `${early.liveHeap.toFixed(1)} to ${late.liveHeap.toFixed(1)} MiB, ${(heap / calls).toFixed(0)} bytes a call over ${calls} calls`,
      bound: `rises by at most ${(mostHeap / mib).toFixed(1)} MiB`,
      isMet: calls > 0 && early.liveHeap > 0 && heap <= mostHeap,
    },
    {
      what: 'data directory: database and audit file',
      seen: `${(written(early) / mib).toFixed(1)} to ${(written(late) / mib).toFixed(1)} MiB, ${perWrite.toFixed(0)} bytes for each of ${writes} writes`,
      bound: `at most ${mostKept.perWrite} bytes a write`,
      isMet: writes > 0 && perWrite <= mostKept.perWrite,
    },
    {
      what: 'data directory: log ahead of the database',
      seen: `${(late.sizes.ahead / mib).toFixed(1)} MiB`,
      bound: `at most ${mostKept.ahead / mib} MiB`,
      isMet: late.sizes.ahead > 0 && late.sizes.ahead <= mostKept.ahead,
    },
    {
      what: 'data directory: results',
      seen: `${late.sizes.resultCount} of ${late.jobs} jobs, ${perResult.toFixed(0)} bytes each`,
      bound: `at most one of each job, ${mostKept.perResult} bytes each`,
      isMet: late.sizes.resultCount > 0 && late.sizes.resultCount <= late.jobs + 5 && perResult <= mostKept.perResult,
    },
    {
      what: 'data directory: scratch of the engines',
      seen: `${(early.sizes.scratch / mib).toFixed(1)} to ${(late.sizes.scratch / mib).toFixed(1)} MiB`,
      bound: `rises by at most ${mostKept.scratch / mib} MiB`,
      isMet: early.sizes.scratch > 0 && scratch <= mostKept.scratch,
    },
  ]
}

function judgeDrift(run: LongRun): readonly Finding[] {
  const controls = { answered: twoMinutes(run, run.control.answered), synced: twoMinutes(run, run.control.synced) }
  const ours = run.rhythms.flatMap(({ name, isDurable }) => {
    const control = isDurable ? controls.synced : controls.answered
    const parts = twoMinutes(
      run,
      run.calls.filter(({ kind }) => kind === name),
    )
    return percentiles.flatMap(({ share, fewest, floorMs }) => {
      const what = `latency, p${share * 100}: ${name}`
      const least = Math.min(parts.early.length, parts.late.length)
      // The slow end of a few calls says nothing, and the median of a few is asked of every kind.
      if (share > 0.5 && least < fewest) return []
      const isSeen = least >= fewest && Math.min(control.early.length, control.late.length) >= fewest
      if (!isSeen) return [{ what, seen: `${least} calls in a minute`, bound: `${fewest} calls`, isMet: false }]
      return [latencyFinding(what, driftOf(parts, control, { share, minuteMs: run.minuteMs }), floorMs)]
    })
  })
  return [...ours, judgeProcessorTime(run)]
}

function latencyFinding(what: string, { earlyMs, lateMs, machine, ratio, atLeast }: ReturnType<typeof driftOf>, floorMs: number): Finding {
  const isNoise = lateMs - earlyMs <= floorMs
  return {
    what,
    seen: `${earlyMs.toFixed(1)} to ${lateMs.toFixed(1)} ms, machine ${machine.toFixed(2)}, so ${ratio.toFixed(2)}, for certain ${atLeast.toFixed(2)}`,
    bound: `at most ${mostDrift}, or ${floorMs} ms`,
    isMet: isNoise || atLeast <= mostDrift,
  }
}

/** The second and the last minute. */
function twoMinutes({ minutes, minuteMs }: LongRun, calls: readonly Call[]): TwoMinutes {
  const of = (minute: number): readonly Call[] => calls.filter(({ dueMs }) => Math.floor(dueMs / minuteMs) === minute - 1)
  return { early: of(2), late: of(minutes) }
}

/** The load is the same in each minute, and so must be what it costs; unlike latency this hardly feels what else the machine does. */
function judgeProcessorTime({ samples, minutes, minuteMs }: LongRun): Finding {
  const what = 'server: processor time of a minute'
  const of = (minute: number): number => {
    const part = samples.filter(({ atMs }) => Math.ceil(atMs / minuteMs) === minute)
    const [first, last] = [part[0], part.at(-1)]
    return first === undefined || last === undefined ? Number.NaN : rate(first, last)
  }
  const [early, late] = [of(2), of(minutes)]
  const bound = `at most ${mostDrift} of the second`
  return { what, seen: `${early.toFixed(1)} to ${late.toFixed(1)} ms a second`, bound, isMet: early > 0 && late / early <= mostDrift }
}

/** Processor time of the server per second. */
function rate(first: Sample, last: Sample): number {
  return ((last.server.processorMs - first.server.processorMs) * 1000) / (last.atMs - first.atMs)
}

function judgeEnding({ ending: { exitCode, orphans, engines, sessions } }: LongRun): readonly Finding[] {
  return [
    { what: 'end: exit code of the server', seen: String(exitCode), bound: '0', isMet: exitCode === 0 },
    {
      what: 'end: engine processes left behind',
      seen: `${orphans.length} of ${engines}`,
      bound: '0',
      isMet: orphans.length === 0 && engines > 0,
    },
    { what: 'end: sessions left at the source', seen: String(sessions), bound: '0', isMet: sessions === 0 },
  ]
}

/** How busy a run kept the machine, as a share of all processors: the server, its engines and who called them; without the source. */
export function shareOfMachine({ samples, processors, minuteMs }: LongRun): number {
  const judged = samples.filter(({ atMs }) => atMs >= minuteMs)
  const shares = judged.slice(1).flatMap((sample, index) => {
    const before = judged[index] as Sample
    const spent = usedBy(sample) - usedBy(before)
    // An engine that ended took its figures with it.
    return spent < 0 ? [] : [spent / (sample.atMs - before.atMs) / processors]
  })
  return shares.length === 0 ? Number.NaN : median(shares)
}

function usedBy({ server, engines, controlProcessorMs, generatorProcessorMs }: Sample): number {
  return server.processorMs + engines.processorMs + controlProcessorMs + generatorProcessorMs
}
