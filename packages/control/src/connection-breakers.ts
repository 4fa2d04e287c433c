// The breakers of connections: which addresses are not dialled for now, and which auth-infos are not tried there. Never kept beyond this process.
//
// What does not answer is an address over a connection: its breaker holds for every login. What is refused is a login: another one at the same address may
// be as good as ever, so it has a breaker of its own. A way or a password that has changed is another thing, of which nothing is known.

import {
  type Breaker,
  type BreakerEvent,
  type BreakerLimits,
  closedBreaker,
  type ConnectionId,
  type Endpoint,
  formatEndpoint,
  mayEnter,
  type ProjectId,
  ServiceError,
  type SourceWay,
  say,
  stepBreaker,
  type Text,
} from '@tributary/rules'

/** Who signs in: `name` is the auth-info's, or says that the table brings its own; `mark` changes with the password. */
export interface SourceLogin {
  readonly projectId: ProjectId
  readonly name: string
  readonly mark: string
}

/** What a job is about to open. */
export interface SourceTry {
  readonly way: SourceWay
  readonly endpoint: Endpoint
  readonly login: SourceLogin
}

/** How opening a session went: it stands, nothing answered, or the login was refused. */
export type TryEnd = 'open' | 'dial' | 'login'

/** A breaker that lets nobody through, or one alone. */
export interface OpenBreaker {
  readonly connectionId: ConnectionId
  /** Whose tries they were; of an address that several share, those that failed first. */
  readonly projectId: ProjectId
  /** `host:port` as tables name it. */
  readonly address: string
  /** Absent: the address itself does not answer. */
  readonly loginName: string | undefined
  /** `half-open`: one is let through, or is on its way. */
  readonly state: 'open' | 'half-open'
  /** In a row. */
  readonly failures: number
  /** ms since the epoch; past for one that is half-open. */
  readonly nextTryAt: number
}

interface Entry {
  readonly tried: SourceTry
  readonly isLogin: boolean
  readonly mark: string
  breaker: Breaker
}

/** What a breaker is of: where it is remembered, and what it must be the same of. */
interface Thing {
  readonly key: string
  readonly isLogin: boolean
  readonly mark: string
}

/** How many are remembered; those that failed longest ago are forgotten first, which lets jobs try. */
const mostEntries = 10_000

/** All breakers of the installation. */
export class ConnectionBreakers {
  readonly #limits: BreakerLimits
  readonly #clock: () => number
  readonly #entries = new Map<string, Entry>()

  /** @param clock - ms since the epoch */
  constructor(limits: BreakerLimits, clock: () => number) {
    this.#limits = limits
    this.#clock = clock
  }

  /** Looks without entering. @param own - those for which the one that asks tries already @throws {ServiceError} as {@link enter} */
  check(tries: readonly SourceTry[], own: ReadonlySet<string>): void {
    for (const thing of tries.flatMap(thingsOf)) {
      const entry = this.#find(thing)
      if (entry !== undefined && !own.has(thing.key) && mayEnter(entry.breaker, this.#clock()) === 'no') throw this.#refusal(entry)
    }
  }

  /**
   * Lets somebody try all of these.
   * @returns what {@link abandon} is given at the end: the breakers for which it is the only one that tries
   * @throws {ServiceError} `unavailable` where nobody does now, saying when the next one will
   */
  enter(tries: readonly SourceTry[], own: ReadonlySet<string>): readonly string[] {
    this.check(tries, own)
    const now = this.#clock()
    const probing = tries.flatMap(thingsOf).filter((thing) => mayEnter(this.#find(thing)?.breaker ?? closedBreaker, now) === 'probe')
    for (const { key } of probing) this.#step(key, 'enter')
    return [...new Set(probing.map(({ key }) => key))]
  }

  /** How a try ended. An address that refuses a login has answered. */
  note(tried: SourceTry, end: TryEnd): void {
    const [address, login] = thingsOf(tried)
    if (end === 'dial') return this.#fail(address, tried)
    this.#succeed(address)
    if (end === 'login') this.#fail(login, tried)
    else this.#succeed(login)
  }

  /** Those who tried for all are gone; of whom nothing was heard, another one tries. */
  abandon(probing: ReadonlySet<string>): void {
    for (const key of probing) this.#step(key, 'abandon')
  }

  /** Those that are not closed, longest known first. What nobody has tried for long is forgotten: connections may be gone. */
  list(): readonly OpenBreaker[] {
    const now = this.#clock()
    for (const [key, { breaker }] of this.#entries)
      if (breaker.state === 'open' && now - breaker.until > this.#limits.withinMs) this.#entries.delete(key)
    return [...this.#entries.values()].flatMap((entry) => openBreakerOf(entry, now) ?? [])
  }

  /** One of another way, or of another password, is another one. */
  #find({ key, mark }: Thing): Entry | undefined {
    const entry = this.#entries.get(key)
    return entry?.mark === mark ? entry : undefined
  }

  #succeed({ key }: Thing): void {
    this.#step(key, 'success')
  }

  #fail(thing: Thing, tried: SourceTry): void {
    if (this.#find(thing) === undefined) {
      this.#entries.delete(thing.key)
      this.#makeRoom()
      this.#entries.set(thing.key, { tried, isLogin: thing.isLogin, mark: thing.mark, breaker: closedBreaker })
    }
    this.#step(thing.key, 'failure')
  }

  #step(key: string, event: BreakerEvent): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    entry.breaker = stepBreaker(entry.breaker, event, this.#clock(), this.#limits)
    if (entry.breaker.state === 'closed' && entry.breaker.failedAt.length === 0) this.#entries.delete(key)
  }

  #makeRoom(): void {
    const [oldest] = this.#entries.keys()
    if (this.#entries.size >= mostEntries && oldest !== undefined) this.#entries.delete(oldest)
  }

  #refusal({ tried: { way, endpoint, login }, isLogin, breaker }: Entry): ServiceError {
    const { connectionName } = way
    const failures = breaker.state === 'closed' ? 0 : breaker.failures
    const next = this.#tellNext(breaker)
    const place = formatEndpoint(endpoint)
    const told = isLogin
      ? say`auth-info ${login.name} is not tried at ${place} over connection ${connectionName} for now, as ${failures} logins in a row were refused; ${next}: correct its user and password, or have the database admit the user`
      : say`${place} is not dialled over connection ${connectionName} for now, as ${failures} tries in a row failed; ${next}: start the source, or ask the doctor where the way ends`
    return new ServiceError('unavailable', told, { retryAfterSeconds: this.#secondsTo(breaker) })
  }

  #tellNext(breaker: Breaker): Text {
    if (breaker.state !== 'open') return say`another job is trying it now`
    return say`the next try is at ${new Date(breaker.until).toISOString()}, in ${this.#secondsTo(breaker)} s`
  }

  #secondsTo(breaker: Breaker): number {
    return breaker.state === 'open' ? Math.max(1, Math.ceil((breaker.until - this.#clock()) / 1000)) : 1
  }
}

function thingsOf({ way, endpoint, login }: SourceTry): readonly [Thing, Thing] {
  const address = [way.connectionId, endpoint.host, endpoint.port]
  return [
    { key: JSON.stringify(address), isLogin: false, mark: way.mark },
    { key: JSON.stringify([...address, login.projectId, login.name]), isLogin: true, mark: JSON.stringify([way.mark, login.mark]) },
  ]
}

function openBreakerOf({ tried: { way, endpoint, login }, isLogin, breaker }: Entry, now: number): OpenBreaker | undefined {
  if (breaker.state === 'closed') return undefined
  const isDue = breaker.state === 'probing' || now >= breaker.until
  return {
    connectionId: way.connectionId,
    address: formatEndpoint(endpoint),
    projectId: login.projectId,
    loginName: isLogin ? login.name : undefined,
    state: isDue ? 'half-open' : 'open',
    failures: breaker.failures,
    nextTryAt: breaker.state === 'probing' ? now : breaker.until,
  }
}
