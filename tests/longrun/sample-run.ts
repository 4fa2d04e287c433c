// Runs as they could have been, for tests of the verdict: a healthy one of five minutes, and what to break about it.

import { Chance } from '../compat/fuzz/random.ts'
import type { Call, Held, LongRun, Rhythm, Sample, Stock } from './record.ts'

const minuteMs = 60_000
const mib = 2 ** 20
const rhythms = [
  { name: 'read', perSecond: 10, isDurable: false },
  { name: 'job', perSecond: 0.5, isDurable: true },
] as const
const base: Readonly<Record<string, number>> = { read: 4, job: 40, answered: 1, synced: 5 }

/** What differs from a healthy run. Each is told the moment in minutes, and a source of chance. */
export interface Ills {
  readonly minutes?: number
  /** Added to what the server holds. */
  readonly server?: (minute: number, chance: Chance) => Partial<Held>
  readonly engines?: (minute: number, chance: Chance) => Partial<Held>
  /** Latency is multiplied by it. */
  readonly slower?: (minute: number, chance: Chance) => number
  readonly controlSlower?: (minute: number, chance: Chance) => number
}

/** A run of the given ills, the same each time. */
export function sampleRun(ills: Ills = {}): LongRun {
  const chance = new Chance(7)
  const minutes = ills.minutes ?? 5
  const slower = ills.slower ?? (() => 1)
  const controlSlower = ills.controlSlower ?? (() => 1)
  return {
    minutes,
    minuteMs,
    processors: 2,
    rhythms,
    calls: rhythms.flatMap((rhythm) => callsOf(rhythm, minutes, (minute) => slower(minute, chance), chance)),
    control: {
      answered: callsOf({ name: 'answered', perSecond: 20 }, minutes, (minute) => controlSlower(minute, chance), chance),
      synced: callsOf({ name: 'synced', perSecond: 5 }, minutes, (minute) => controlSlower(minute, chance), chance),
    },
    samples: Array.from({ length: minutes * 30 }, (_, index) => sampleAt((index + 1) / 30, ills, chance)),
    statuses: new Map([[200, 3150]]),
    failures: [],
    stocks: { early: stockAfter(1), late: stockAfter(minutes) },
    ending: { exitCode: 0, orphans: [], engines: 2, sessions: 0 },
  }
}

function callsOf(
  { name, perSecond }: Pick<Rhythm, 'name' | 'perSecond'>,
  minutes: number,
  slower: (minute: number) => number,
  chance: Chance,
): readonly Call[] {
  return Array.from({ length: perSecond * minutes * 60 }, (_, number) => {
    const dueMs = ((number + chance.next()) * 1000) / perSecond
    // A long tail: one in twenty-five takes ten times as long.
    const tail = chance.is(0.04) ? 10 : 1
    const latencyMs = (base[name] as number) * (0.7 + 0.6 * chance.next()) * tail * slower(dueMs / minuteMs)
    return { kind: name, dueMs, latencyMs }
  })
}

function sampleAt(minute: number, { server, engines }: Ills, chance: Chance): Sample {
  // The saw of a collector, and what its own sockets do.
  const saw = 6 * ((minute * 3) % 1) + 4 * chance.next()
  const own: Held = {
    resident: 180 + saw,
    proportional: 130 + saw,
    descriptors: 60 + chance.below(5),
    sockets: 12 + chance.below(5),
    threads: 12,
    processorMs: minute * 60 * 300,
  }
  const children = { ...own, resident: 600 + 2 * saw, proportional: 480 + 2 * saw }
  return {
    atMs: minute * minuteMs,
    server: plus(own, server?.(minute, chance) ?? {}),
    engines: plus(children, engines?.(minute, chance) ?? {}),
    engineCount: 2,
    controlProcessorMs: minute * 1000,
    generatorProcessorMs: minute * 6000,
  }
}

function plus(held: Held, more: Partial<Held>): Held {
  const keys = Object.keys(held) as (keyof Held)[]
  return Object.fromEntries(keys.map((key) => [key, held[key] + (more[key] ?? 0)])) as Record<keyof Held, number>
}

function stockAfter(minute: number): Stock {
  const writes = minute * 315
  const jobs = minute * 45
  return {
    liveHeap: 30 + minute / 100,
    calls: minute * 1150,
    writes,
    jobs,
    sizes: {
      database: mib + writes * 1500,
      ahead: 4 * mib,
      auditFile: writes * 300,
      results: jobs * 2000,
      resultCount: jobs,
      scratch: 8 * mib,
    },
  }
}
