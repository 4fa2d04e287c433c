// The part of autocannon that the bench uses; the package brings no types.

declare module 'autocannon' {
  export interface Request {
    readonly method?: string
    readonly path?: string
    readonly headers?: Readonly<Record<string, string>>
  }

  export interface Options {
    readonly url: string
    readonly connections: number
    /** Seconds. */
    readonly duration: number
    /** Sent in turn by each connection. */
    readonly requests: readonly Request[]
  }

  export interface Result {
    readonly '2xx': number
    readonly non2xx: number
    readonly errors: number
    readonly timeouts: number
    /** Seconds. */
    readonly duration: number
  }

  /** Sends requests as fast as they are answered. */
  export default function autocannon(options: Options): Promise<Result>
}
