// Who waits for an engine child, in the order in which they get one: questions before jobs, queues in turn, and inside a queue its users in turn.

import type { QueueId } from '@tributary/rules'

/** Somebody in the line. */
export interface Waiting {
  readonly queueId: QueueId
  /** Jobs need a child alone; questions are answered beside one. */
  readonly isJob: boolean
  /** Whose turn it takes; a job of nobody's shares one turn with the others of nobody. */
  readonly userId: string
}

/** Those of one queue: a map keeps the order in which keys were put in, so whoever is served goes to its end by being put in again. */
interface QueueLine<Wish> {
  readonly questions: Set<Wish>
  readonly jobs: Map<string, Set<Wish>>
}

/** A line of wishes. A user with a thousand jobs waits as long for the second as another user for the first. */
export class WaitingLine<Wish extends Waiting> {
  readonly #queues = new Map<QueueId, QueueLine<Wish>>()

  get isEmpty(): boolean {
    return this.#queues.size === 0
  }

  has(wish: Wish): boolean {
    const line = this.#queues.get(wish.queueId)
    return (wish.isJob ? line?.jobs.get(wish.userId) : line?.questions)?.has(wish) ?? false
  }

  add(wish: Wish): void {
    const line = this.#queues.get(wish.queueId) ?? { questions: new Set(), jobs: new Map() }
    this.#queues.set(wish.queueId, line)
    if (!wish.isJob) line.questions.add(wish)
    else if (line.jobs.has(wish.userId)) line.jobs.get(wish.userId)?.add(wish)
    else line.jobs.set(wish.userId, new Set([wish]))
  }

  /** Takes somebody out who goes away. @returns false when they had left before */
  delete(wish: Wish): boolean {
    const line = this.#queues.get(wish.queueId)
    if (line === undefined) return false
    const own = wish.isJob ? line.jobs.get(wish.userId) : line.questions
    const wasThere = own?.delete(wish) ?? false
    if (wish.isJob && own?.size === 0) line.jobs.delete(wish.userId)
    if (line.questions.size === 0 && line.jobs.size === 0) this.#queues.delete(wish.queueId)
    return wasThere
  }

  /**
   * Serves everybody who can be served now, each queue one wish at a time.
   * @param serve - tries to; a queue is passed over for this time when it cannot
   */
  serve(serve: (wish: Wish) => boolean): void {
    let open = [...this.#queues.keys()]
    while (open.length > 0) open = open.filter((queueId) => this.#serveOne(queueId, serve))
  }

  /** Sends everybody away, in no order. */
  takeAll(): readonly Wish[] {
    const all = [...this.#queues.values()].flatMap(({ questions, jobs }) => [
      ...questions,
      ...[...jobs.values()].flatMap((own) => [...own]),
    ])
    this.#queues.clear()
    return all
  }

  #serveOne(queueId: QueueId, serve: (wish: Wish) => boolean): boolean {
    const line = this.#queues.get(queueId)
    if (line === undefined) return false
    const [question] = line.questions
    if (question !== undefined && this.#hand(question, serve)) return true
    const [turn] = line.jobs
    if (turn === undefined) return false
    const [userId, [job]] = turn
    if (job === undefined || !this.#hand(job, serve)) return false
    const rest = line.jobs.get(userId)
    line.jobs.delete(userId)
    if (rest !== undefined) line.jobs.set(userId, rest)
    this.#turnOf(queueId)
    return true
  }

  #hand(wish: Wish, serve: (wish: Wish) => boolean): boolean {
    return serve(wish) && this.delete(wish)
  }

  /** A queue that was served is asked last the next time. */
  #turnOf(queueId: QueueId): void {
    const line = this.#queues.get(queueId)
    if (line === undefined) return
    this.#queues.delete(queueId)
    this.#queues.set(queueId, line)
  }
}
