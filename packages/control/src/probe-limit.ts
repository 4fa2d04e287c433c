// How often a project may have addresses dialled on request, tests and the doctor together.

import { type Bucket, type ProjectId, probeRate, say, takeOne } from '@tributary/rules'

/** How many projects are remembered; the one that asked longest ago is forgotten first, by then its bucket is full again or the limit is moot. */
const mostProjects = 10_000

/** One bucket per project, in this process. */
export class ProbeLimit {
  readonly #clock: () => number
  readonly #buckets = new Map<ProjectId, Bucket>()

  /** @param clock - ms, never going back */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock
  }

  /** @throws {ServiceError} `throttled` */
  take(projectId: ProjectId): void {
    const bucket = takeOne(probeRate, this.#buckets.get(projectId), this.#clock(), say`connectivity tests and doctor calls`)
    this.#buckets.delete(projectId)
    this.#buckets.set(projectId, bucket)
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > mostProjects && oldest !== undefined) this.#buckets.delete(oldest)
  }
}
