// What would come of an enhanced connection: the create is played through, judged, and undone.

import {
  type Caller,
  checkBindable,
  checkConnectionDraft,
  checkNewConnection,
  checkPoolAvailable,
  type Connection,
  type ConnectionDraft,
  type ConnectionField,
  type ConnectionFinding,
  type ConnectionId,
  errorFinding,
  findDraftFaults,
  findHostWarnings,
  isSilent,
  judgePeerings,
  type PeerId,
  type Pool,
  type Queue,
  type QueueId,
  say,
  ServiceError,
  silence,
  type Text,
  type WantedPeering,
} from '@tributary/rules'
import type { Store, Transaction } from '@tributary/store'
import { bindAll, newConnection } from './connections.ts'
import type { Deps } from './deps.ts'
import { freeRange, getQueue } from './queues.ts'

/** What a check found. */
export interface ConnectionForecast {
  /** No finding is an error: every peering would be ACTIVE. */
  readonly isFine: boolean
  readonly findings: readonly ConnectionFinding[]
  /** A range for queues that meets nothing, where a range is the matter. */
  readonly freeCidr: string | undefined
}

/** Queues and pools of a draft that may be bound, and findings about the others. */
interface Targets {
  readonly queues: readonly Queue[]
  readonly pools: readonly Pool[]
  readonly findings: readonly ConnectionFinding[]
}

/** The check of connections before they exist. */
export function connectionChecks(deps: Deps) {
  return {
    /** Changes nothing. What a create would refuse, and what would make its peerings FAILED, is answered and not raised. */
    async check(caller: Caller, draft: ConnectionDraft): Promise<ConnectionForecast> {
      const faults = findDraftFaults(draft)
      return foresee(deps.store, async (tx) => {
        const taken = await findTaken(tx, caller, draft)
        const targets = await findTargets(tx, caller, draft)
        const ground = faults.length > 0 ? [] : await findGround(tx, caller, draft)
        const isSolid = faults.length + ground.filter(({ severity }) => severity === 'error').length === 0
        const meetings = isSolid ? await findMeetings(deps, tx, caller, draft, targets) : []
        const findings = [...faults, ...taken, ...targets.findings, ...ground, ...meetings]
        const free =
          meetings.length === 0 ? undefined : await freeRange(tx, caller.project, deps.settings.queueBlock).catch(() => undefined)
        return { isFine: findings.every(({ severity }) => severity === 'warning'), findings, freeCidr: free }
      })
    },
  }
}

/** Plays something through in a transaction that is undone whatever it did. */
async function foresee<Seen>(store: Store, look: (tx: Transaction) => Promise<Seen>): Promise<Seen> {
  const undo = new Error('seen enough')
  let seen: Seen | undefined
  try {
    await store.transaction(async (tx) => {
      seen = await look(tx)
      throw undo
    })
  } catch (error) {
    if (error !== undo) throw error
  }
  return seen as Seen
}

async function findTaken(tx: Transaction, { project }: Caller, { name }: ConnectionDraft): Promise<readonly ConnectionFinding[]> {
  const existing = await tx.connections.findByName(project, name)
  return collect('name', say`choose another name`, async () => checkNewConnection(name, existing))
}

async function findTargets(tx: Transaction, { project }: Caller, draft: ConnectionDraft): Promise<Targets> {
  const queues = new Map<string, Queue>()
  const pools = new Map<string, Pool>()
  const findings: ConnectionFinding[] = []
  const missing = say`create it first, or leave it out`
  for (const name of draft.queues) {
    const take = async () => {
      const queue = await getQueue(tx, project, name)
      checkBindable(queue)
      queues.set(queue.id, queue)
    }
    findings.push(...(await collect('queues', missing, take)))
  }
  for (const name of draft.pools) {
    const take = async () => {
      const pool = await tx.pools.get(project, name)
      checkPoolAvailable(pool)
      pools.set(pool.id, pool)
    }
    findings.push(...(await collect('pools', missing, take)))
  }
  if (draft.queues.length + draft.pools.length === 0) {
    const message = say`no queue and no pool is named, so nothing can use the connection`
    findings.push({ severity: 'warning', field: 'queues', message, remedy: say`name some, or bind them once it exists` })
  }
  return { queues: [...queues.values()], pools: [...pools.values()], findings }
}

async function collect(field: ConnectionField, remedy: Text, check: () => Promise<void>): Promise<readonly ConnectionFinding[]> {
  try {
    await check()
    return []
  } catch (error) {
    if (error instanceof ServiceError) return [errorFinding(field, error.text, remedy)]
    throw error
  }
}

/** Stands for ids that do not exist yet. */
const foreseen: string = 'foreseen'

/** Whether VPC, subnet and gateway would carry anything, whoever is bound. */
async function findGround(tx: Transaction, { project }: Caller, draft: ConnectionDraft): Promise<readonly ConnectionFinding[]> {
  const { vpcId, subnetId, hosts } = checkConnectionDraft(draft)
  const vpc = await tx.vpcs.find(project, vpcId)
  const subnet = await tx.subnets.find(project, subnetId)
  const wanted: WantedPeering = {
    peering: {
      id: foreseen as PeerId,
      connectionId: foreseen as ConnectionId,
      state: 'CREATING',
      errMsg: silence,
      createdAt: 0,
      updatedAt: 0,
    },
    connectionName: draft.name,
    connectionCreatedAt: 0,
    vpcId,
    subnetId,
    subnet,
    gateway: await tx.gateways.find(project, vpcId),
    routes: [],
    hostsDigest: '',
  }
  // A queue without a range meets nothing: what is left is the ground alone.
  const verdict = judgePeerings({ id: '' as QueueId, name: '', cidr: '' }, [wanted], []).get(wanted.peering.id) ?? silence
  const remedy = say`create the subnet in this project first, or send the network id of one that is there`
  return [
    ...(vpc === undefined
      ? [
          errorFinding(
            'vpcId',
            say`there is no VPC ${vpcId} in this project: create it first, or send the id of one that is there`,
            silence,
          ),
        ]
      : []),
    ...(isSilent(verdict) ? [] : [errorFinding(subnet === undefined ? 'subnetId' : 'vpcId', verdict, remedy)]),
    ...(subnet === undefined ? [] : findHostWarnings(hosts, subnet.cidr)),
  ]
}

/** Binds everybody as the create would and asks the judge; ranges are all that can still be wrong. */
async function findMeetings(
  deps: Deps,
  tx: Transaction,
  { project }: Caller,
  draft: ConnectionDraft,
  { queues, pools }: Targets,
): Promise<readonly ConnectionFinding[]> {
  const connection: Connection = { ...newConnection(deps, project, checkConnectionDraft(draft)), name: deps.newId() }
  await tx.connections.insert(connection, [])
  await bindAll(deps, tx, connection, { queues, pools })
  const findings: ConnectionFinding[] = []
  const judge = (field: ConnectionField, verdicts: ReadonlyMap<PeerId, Text>, peerings: readonly WantedPeering[]) => {
    const own = peerings.find(({ peering }) => peering.connectionId === connection.id)
    const verdict = own === undefined ? silence : (verdicts.get(own.peering.id) ?? silence)
    if (!isSilent(verdict)) findings.push(errorFinding(field, verdict, say`bind another one`))
  }
  for (const { id } of queues) {
    const source = await tx.networks.find(id)
    if (source !== undefined) judge('queues', judgePeerings(source.queue, source.peerings, source.neighbours), source.peerings)
  }
  for (const { id } of pools) {
    const source = await tx.networks.findPool(id)
    if (source !== undefined) judge('pools', judgePeerings(source.pool, source.peerings, source.neighbours), source.peerings)
  }
  return findings
}
