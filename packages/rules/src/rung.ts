// The rungs between a queue and a table behind its connections: what each one means, and who can mend it.

import type { PeerId } from './ids.ts'
import { say, silence, type Text } from './text.ts'

/** In the order in which they are climbed. */
export const rungNames = ['name', 'route', 'gateway', 'tcp', 'tls', 'login', 'object'] as const

/** One step of a dial or of a session at its end. */
export type RungName = (typeof rungNames)[number]

/** One step as it went. */
export interface Rung {
  readonly name: RungName
  readonly ok: boolean
  readonly ms: number
  /** What was found, or why it failed; it holds no secret. */
  readonly detail: Text
  /** The peering that carries the rest of the way, where one is known: from the rung `gateway` on. */
  readonly peerId?: PeerId
}

/** A rung as the doctor tells it; `who` can mend it and by what `remedy` are silence where all is well. */
export interface Finding {
  readonly name: RungName
  readonly ok: boolean
  readonly ms: number
  readonly detail: Text
  readonly who: Text
  readonly remedy: Text
}

const user = say`user`
const installationOwner = say`installation owner`
const databaseOwner = say`database owner`

const remedies: Readonly<Record<RungName, { readonly who: Text; readonly remedy: Text }>> = {
  name: { who: user, remedy: say`add a host record for the name to a connection that the queue is bound to, or use the address` },
  route: { who: user, remedy: say`bind the queue to a connection whose subnet or routes contain the address` },
  gateway: { who: installationOwner, remedy: say`let the gateway of the VPC carry the address: its kind, map and ranges` },
  tcp: { who: databaseOwner, remedy: say`start the service, check its port, and let its firewall admit the queue’s range` },
  tls: {
    who: databaseOwner,
    remedy: say`check that the service on this port speaks the protocol and offers TLS, or ask for another tls mode`,
  },
  login: { who: user, remedy: say`correct user and password of the auth-info, or have the database admit the user` },
  object: { who: user, remedy: say`correct database, schema and table, or have the database owner grant the user access to them` },
}

/**
 * The way as one list in climbing order: of several tries of a rung one that went well counts, and nothing follows the first rung that failed.
 * @param failure - what ended the climb, if it failed: where no rung tells of it, the one after the last that went well is blamed
 */
export function climbed(told: readonly Rung[], failure?: { readonly text: Text }): readonly Rung[] {
  const byName = new Map<RungName, Rung>()
  for (const rung of told) if (byName.get(rung.name)?.ok !== true) byName.set(rung.name, rung)
  const rungs: Rung[] = []
  for (const name of rungNames) {
    const rung = byName.get(name)
    if (rung === undefined) continue
    rungs.push(rung)
    if (!rung.ok) return rungs
  }
  if (failure === undefined) return rungs
  const next = rungNames[rungs.length === 0 ? 0 : rungNames.indexOf((rungs.at(-1) as Rung).name) + 1] ?? 'object'
  return [...rungs, { name: next, ok: false, ms: 0, detail: failure.text }]
}

/** The way as the doctor tells it. */
export function diagnose(rungs: readonly Rung[]): readonly Finding[] {
  return rungs.map(({ name, ok, ms, detail }) => ({ name, ok, ms, detail, ...(ok ? { who: silence, remedy: silence } : remedies[name]) }))
}
