// The 22 queries of TPC-H over both servers, each by all systems in turn, and the sum of those that both sides of a row answer.

import { type BenchmarkQuery, queriesOf } from '../../tpc/tables.ts'
import type { Figure } from '../harness.ts'
import { type Contest, figuresOf, race, type Standing } from './race.ts'
import type { Peer } from './peer.ts'

type Standings = ReadonlyMap<string, Standing>

/** A row for all of them beside each peer, and one for each query. */
export async function besideTpch(contest: Contest, peers: readonly Peer[]): Promise<readonly Figure[]> {
  const { scale } = contest.bench
  const raced: (readonly [BenchmarkQuery, Standings])[] = []
  const single: Figure[] = []
  for (const query of queriesOf('tpch')) {
    const what = `TPC-H at scale ${scale} over both servers, Q${query.number}`
    const standings = await race(contest, { what, sql: () => query.sql, peers })
    raced.push([query, standings])
    single.push(...figuresOf({ what, unit: 'ms' }, contest, standings))
  }
  return [...sums(contest, peers, raced), ...single]
}

function sums(
  { bench, ours }: Contest,
  peers: readonly Peer[],
  raced: readonly (readonly [BenchmarkQuery, Standings])[],
): readonly Figure[] {
  const isAnswered =
    (name: string) =>
    ([, standings]: (typeof raced)[number]): boolean => {
      const standing = standings.get(name)
      return standing !== undefined && standing.isGivenUp !== true && standing.values.length === bench.rounds
    }
  const sum = (name: string, over: typeof raced): readonly number[] =>
    over.length === 0
      ? []
      : Array.from({ length: bench.rounds }, (_none, round) =>
          over.reduce((total, [, standings]) => total + (standings.get(name)?.values[round] ?? 0), 0),
        )
  const own = raced.filter(isAnswered(ours.name))
  const what = `TPC-H at scale ${bench.scale} over both servers, ${own.length} of ${raced.length} queries`
  if (peers.length === 0) return [{ what, unit: 'ms', ours: sum(ours.name, own) }]
  return peers.map(({ name }) => {
    const both = own.filter(isAnswered(name))
    const baseline = {
      what: `${name}, ${both.length} of ${own.length}${leftOut(
        own.filter((each) => !both.includes(each)),
        name,
      )}`,
      values: sum(name, both),
    }
    return { what, unit: 'ms', ours: sum(ours.name, both), baseline, goal: { ratio: 1 } }
  })
}

function leftOut(missed: readonly (readonly [BenchmarkQuery, Standings])[], name: string): string {
  const reasons = missed.map(([{ number }, standings]) => {
    const {
      isGivenUp,
      values: [limitMs = 0],
      why,
    } = standings.get(name) ?? { values: [] }
    return `Q${number} ${isGivenUp === true ? `> ${limitMs / 1000} s` : (why ?? 'has no figure')}`
  })
  return reasons.length === 0 ? '' : ` (without ${reasons.join('; ')})`
}
