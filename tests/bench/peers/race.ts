// One query by ours and by other systems in turn: who answers something else, fails or is late takes no part in the rounds, and its row says so.

import { type Baseline, type Bench, type Figure, type Unit, short } from '../harness.ts'
import { differenceOf } from './answers.ts'
import { type Answer, type Asking, ask } from './asking.ts'
import type { Peer } from './peer.ts'

/** Who takes part, and how. */
export interface Contest {
  readonly bench: Bench
  readonly ours: Peer
  readonly asking: Asking
}

/** What is asked. */
export interface Race {
  readonly what: string
  /** Asked for every round; all systems get the same text in a round. */
  readonly sql: () => string
  readonly peers: readonly Peer[]
}

/** How a system has done: a value for each round, or the time after which it was given up, or why it has none. */
export type Standing = Omit<Baseline, 'what'>

/** What all take is measured after one round that is thrown away, in which the answers are compared. @returns standings by name, ours too */
export async function race(contest: Contest, { what, sql, peers }: Race): Promise<ReadonlyMap<string, Standing>> {
  const { bench, ours } = contest
  const standings = new Map<string, Standing>([ours, ...peers].map(({ name }) => [name, { values: [] }]))
  const tell = (round: string): void => {
    const parts = [...standings].map(([name, standing]) => `${name} ${shortStanding(standing)}`)
    bench.say(`peers: ${what}: ${round}: ${parts.join(', ')}`)
  }
  await warmUp(contest, { sql: sql(), peers }, standings)
  tell('warmed up')
  for (let round = 1; round <= bench.rounds; round++) {
    const text = sql()
    for (const peer of [ours, ...peers]) {
      const standing = standings.get(peer.name) as Standing
      if (isOut(standing)) continue
      const answer = await ask(peer, text, contest.asking)
      standings.set(peer.name, answer.is === 'rows' ? { values: [...standing.values, answer.ms] } : withoutPlace(answer, contest))
    }
    tell(`round ${round} of ${bench.rounds}`)
  }
  return standings
}

async function warmUp(
  { ours, asking, ...rest }: Contest,
  { sql, peers }: { sql: string; peers: readonly Peer[] },
  standings: Map<string, Standing>,
) {
  const own = await ask(ours, sql, asking)
  if (own.is !== 'rows') standings.set(ours.name, withoutPlace(own, rest))
  for (const peer of peers) {
    const answer = await ask(peer, sql, asking)
    if (answer.is !== 'rows') standings.set(peer.name, withoutPlace(answer, rest))
    else if (own.is === 'rows') {
      const difference = differenceOf(own.rows, answer.rows)
      if (difference !== undefined) standings.set(peer.name, { values: [], why: `it answers ${difference}` })
    }
  }
}

/** A late one stands with the limit in every round. */
function withoutPlace(answer: Exclude<Answer, { is: 'rows' }>, { bench }: Pick<Contest, 'bench'>): Standing {
  if (answer.is === 'failed') return { values: [], why: answer.why }
  return { values: Array.from({ length: bench.rounds }, () => answer.limitMs), isGivenUp: true }
}

function isOut({ isGivenUp, why }: Standing): boolean {
  return isGivenUp === true || why !== undefined
}

function shortStanding({ values, isGivenUp, why }: Standing): string {
  if (why !== undefined) return `- (${why})`
  const last = values.at(-1)
  return last === undefined ? 'ready' : `${isGivenUp === true ? '> ' : ''}${short(last)}`
}

/** One figure for each peer, with the goal to be the fastest; one of ours alone where there is none. */
export function figuresOf(
  { what, unit }: { readonly what: string; readonly unit: Unit },
  { ours }: Pick<Contest, 'ours'>,
  standings: ReadonlyMap<string, Standing>,
): readonly Figure[] {
  const own = standings.get(ours.name)
  const shown =
    own?.isGivenUp === true
      ? { what: `${what}: given up`, values: [] }
      : { what: own?.why === undefined ? what : `${what}: ${own.why}`, values: own?.values ?? [] }
  const figure: Figure = { what: shown.what, unit, ours: shown.values }
  const others = [...standings].filter(([name]) => name !== ours.name)
  if (others.length === 0) return [figure]
  return others.map(([name, standing]) => ({ ...figure, baseline: { what: name, ...standing }, goal: { ratio: 1 } }))
}
