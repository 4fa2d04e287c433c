// What every system beside ours is to the bench: something that reads the same two servers and answers the same SQL.

/** A server with a database and what opens it. */
export interface PeerSource {
  readonly kind: 'postgresql' | 'mariadb'
  /** As the peers call it, for instance `pg`. */
  readonly name: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Tables of it that queries name; no two sources have one of the same name. */
  readonly tables: readonly string[]
}

/** A system under the same queries. Disposing it ends its processes. */
export interface Peer extends AsyncDisposable {
  readonly name: string
  /**
   * Runs a query to its last row.
   * @param sql - standard SQL over the bare names of the sources' tables
   * @param signal - has the peer cancel the query; this ends when the peer has let go of it
   * @throws {Error} with the peer's own words
   */
  rows(sql: string, signal?: AbortSignal): Promise<readonly (readonly unknown[])[]>
}
