// The doctor: can this queue reach that address, and if not, on which rung does it end, and who can mend it.

import { randomUUID } from 'node:crypto'
import { type OpenableTable, type ProbeDepth, sourceKinds } from '@tributary/query'
import {
  type Caller,
  checkDoctorDraft,
  climbed,
  diagnose,
  type DoctorDraft,
  type DoctorSession,
  type Endpoint,
  type Finding,
  inWords,
  noAuthInfo,
  type Queue,
  type QueueNetwork,
  type Rung,
  ServiceError,
  say,
  type TableId,
  type Text,
  verbatim,
} from '@tributary/rules'
import type { Deps } from './deps.ts'
import { requireUseOf } from './object-grants.ts'
import type { ProbeLimit } from './probe-limit.ts'
import type { QueueDiallers } from './queue-diallers.ts'
import { requirePrivilege } from './queue-grants.ts'
import { getQueue } from './queues.ts'
import type { ReachabilityBook } from './reachability.ts'
import { withoutSecrets } from './reconcile/job.ts'
import { tryOf } from './reconcile/job-admission.ts'
import { openDeclared } from './sources.ts'

/** What the doctor works with besides. */
export interface DoctorParts {
  readonly limit: ProbeLimit
  readonly diallers: QueueDiallers
  readonly book: ReachabilityBook
}

/** What the doctor found: the rungs in climbing order, the first that failed last. */
export interface Diagnosis {
  readonly reachable: boolean
  readonly rungs: readonly Finding[]
}

/** How far a climb went, and what ended it before its end. */
interface Climb {
  readonly told: readonly Rung[]
  readonly failure: { readonly text: Text } | undefined
}

/** The whole examination; each rung has shorter limits of its own. */
const longestMs = 60_000

/** The use cases of the doctor. */
export function doctor(deps: Deps, parts: DoctorParts) {
  const { store } = deps
  return {
    /** @throws {ServiceError} `invalid`, `unsupported` protocol, `notFound` queue or auth-info, `forbidden`, `throttled`, `unavailable` when the engine or time fails it */
    async examine(caller: Caller, queueName: string, draft: DoctorDraft): Promise<Diagnosis> {
      const { endpoint, session } = checkDoctorDraft(draft, sourceKinds)
      const queue = await getQueue(store, caller.project, queueName)
      await requirePrivilege(store, queue, caller, 'SUBMIT_JOB')
      const { authInfoName } = session ?? {}
      if (authInfoName !== undefined && (await store.authInfos.find(caller.project, authInfoName)) === undefined)
        throw noAuthInfo(authInfoName)
      await requireUseOf(store, caller, authInfoName)
      parts.limit.take(caller.project)
      const timeout = new AbortController()
      const timer = setTimeout(() => timeout.abort(new ServiceError('unavailable', tooLong)), longestMs)
      try {
        // An engine is started for those alone whose way stands.
        const ahead = await dial(deps, parts, queue, endpoint, timeout.signal)
        const climb =
          session === undefined || ahead.failure !== undefined ? ahead : await visit(deps, queue, endpoint, session, timeout.signal)
        parts.book.noteClimb(climb.told)
        return diagnosisOf(climb)
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

const tooLong = say`the examination took more than ${longestMs / 1000} s: the queue's engine may be short of memory; try again`

function diagnosisOf({ told, failure }: Climb): Diagnosis {
  const rungs = diagnose(climbed(told, failure)).map((rung) => ({ ...rung, detail: shownDetail(rung) }))
  return { reachable: failure === undefined && rungs.length > 0 && rungs.every(({ ok }) => ok), rungs }
}

/** Where a map leads is for the owner and administrators alone. */
function shownDetail({ name, ok, detail }: Finding): Text {
  return name === 'gateway' && ok ? verbatim(inWords(detail).split(' ')[0] ?? '') : detail
}

async function dial({ networkOf }: Deps, { diallers }: DoctorParts, queue: Queue, endpoint: Endpoint, signal: AbortSignal): Promise<Climb> {
  const told: Rung[] = []
  try {
    await diallers.use(queue.id, networkOf, async (dialler) => {
      const socket = await dialler.dial(endpoint, { signal, onRung: (rung) => void told.push(rung) })
      socket.destroy()
    })
    return { told, failure: undefined }
  } catch (error) {
    if (!(error instanceof ServiceError) || signal.aborted) throw error
    return { told, failure: error }
  }
}

/** The rest of the way, by the queue's engine with the code that jobs use. */
async function visit(deps: Deps, queue: Queue, endpoint: Endpoint, session: DoctorSession, signal: AbortSignal): Promise<Climb> {
  const network = await deps.networkOf(queue.id)
  const source = await openSession(deps.store, queue, network, { endpoint, session })
  const depth = depthOf(session)
  const { rungs, failure } = await deps.engine.probe(queue, { source, depth }, signal)
  const tried = tryOf(queue.projectId, network, source)
  // The doctor asks whatever a breaker says; a session that stands for it stands for jobs too.
  if (tried !== undefined && rungs.some(({ name, ok }) => name === 'login' && ok)) deps.breakers.note(tried, 'open')
  const secrets = source.credentials === undefined ? [] : [source.credentials.password]
  const told = rungs.map((rung) => ({ ...rung, detail: withoutSecrets(rung.detail, secrets) }))
  return { told, failure: failure === undefined ? undefined : { text: withoutSecrets(failure, secrets) } }
}

/** What a session is asked of. */
interface Target {
  readonly endpoint: Endpoint
  readonly session: DoctorSession
}

async function openSession(
  store: Deps['store'],
  queue: Queue,
  network: QueueNetwork,
  { endpoint, session }: Target,
): Promise<OpenableTable> {
  const { protocol, authInfoName, database, schema, table = '', tls } = session
  return openDeclared(store, queue.projectId, network, {
    table: {
      id: randomUUID() as TableId,
      name: { database: 'doctor', name: table },
      connector: protocol,
      settings: { endpoint, database, schema, table, tls, fetchSize: 1 },
      columns: [],
      login: authInfoName,
    },
    authInfoName,
    credentials: undefined,
  })
}

function depthOf({ authInfoName, table }: DoctorSession): ProbeDepth {
  if (authInfoName === undefined) return 'tls'
  return table === undefined ? 'login' : 'object'
}
