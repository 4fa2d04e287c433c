// How fast one connection is read, by token and by signature, beside bare Fastify answering the same bytes.

import { createRequire } from 'node:module'
import { join } from 'node:path'
import autocannon, { type Request } from 'autocannon'
import { type Account, startTributary } from '../servers/tributary.ts'
import { startBareFastify } from './bare-server.ts'
import { type Bench, type Figure, inTurn } from './harness.ts'
import { canWeigh, processorMs } from './processes.ts'
import { Wire } from './wire.ts'

const rounds = 5
const secondsPerRound = 2
const connections = 20
// Each is verified on its own: the same headers again and again would let a server get away with remembering one answer.
const signatures = 300

// The vendor's package is CommonJS and its main file loads everything; the signer alone is what this needs.
const load = createRequire(import.meta.url)
const { AKSKSigner } = load('@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner') as {
  AKSKSigner: { sign(request: object, credential: object): Record<string, string> }
}

/** GET of one enhanced connection: logs on and written to a file, each server a process of its own, load from this one. */
export async function benchHttp({ say, lifetimes, directory, profileDir }: Bench): Promise<readonly Figure[]> {
  const nodeArgs = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`]
  const server = await lifetimes.start(() => startTributary({ logPath: join(directory, 'http.log'), nodeArgs }))
  const wire = await lifetimes.start(() => Wire.signIn(server))
  const path = await makeConnection(wire, server.account.projectId)
  const body = await wire.call('GET', path)
  const bare = await lifetimes.start(() => startBareFastify(directory, body))
  const byToken = [{ path, headers: { 'x-auth-token': wire.token } }]
  const loads = {
    'by token': new Load(server, () => byToken),
    'by signature': new Load(server, () => signedRequests(server.endpoint, server.account, path)),
    'bare Fastify': new Load(bare, () => byToken),
  }
  const measures = {
    'by token': () => loads['by token'].run(),
    'by signature': () => loads['by signature'].run(),
    'bare Fastify': () => loads['bare Fastify'].run(),
  }
  await inTurn(say, 'http: warming up', 1, measures)
  const values = await inTurn(say, 'http: GET one connection', rounds, measures)
  await server.stop()
  const costs = (name: keyof typeof loads): readonly number[] => loads[name].costs.slice(-rounds)
  const baseline = { what: 'bare Fastify', values: values['bare Fastify'] }
  const baseCost = { what: 'bare Fastify', values: costs('bare Fastify') }
  const figures: readonly Figure[] = [
    { what: 'GET one connection, by token', unit: '/s', ours: values['by token'], baseline, goal: { ratio: 0.55 } },
    { what: 'GET one connection, by signature', unit: '/s', ours: values['by signature'], baseline, goal: { ratio: 0.38 } },
  ]
  if (!canWeigh) return figures
  return [
    ...figures,
    { what: 'processor time of one GET, by token', unit: 'µs', ours: costs('by token'), baseline: baseCost },
    { what: 'processor time of one GET, by signature', unit: 'µs', ours: costs('by signature'), baseline: baseCost },
  ]
}

/** A connection as people have them: a queue bound to it and a few host records. @returns the path to read it */
async function makeConnection(wire: Wire, project: string): Promise<string> {
  await wire.json('POST', `/v1.0/${project}/queues`, { queue_name: 'bench', cu_count: 16, resource_mode: 1 })
  const base = `/v2.0/${project}/datasource/enhanced-connections`
  const hosts = [1, 2, 3].map((number) => ({ name: `node-${number}.example`, ip: `10.71.0.${number}` }))
  const place = { dest_vpc_id: 'a3d1c5f0-0001-4c7e-9a51-6f2b8d0e7101', dest_network_id: '78f2562a-36e4-4b39-95b9-f5aab22e7101' }
  const created = await wire.json('POST', base, { name: 'bench', ...place, queues: ['bench'], hosts })
  return `${base}/${String(created['connection_id'])}`
}

/** Requests at one server, as many as it answers. */
class Load {
  /** Processor time of one request in µs, per round: it says what a busy machine hides. */
  readonly costs: number[] = []
  readonly #server: { readonly endpoint: string; readonly pid: number }
  readonly #requests: () => readonly Request[]

  constructor(server: { readonly endpoint: string; readonly pid: number }, requests: () => readonly Request[]) {
    this.#server = server
    this.#requests = requests
  }

  /** One round. @returns requests per second. @throws {Error} when anything but success came back */
  async run(): Promise<number> {
    const { endpoint: url, pid } = this.#server
    const before = canWeigh ? processorMs(pid) : 0
    const result = await autocannon({ url, connections, duration: secondsPerRound, requests: this.#requests() })
    const count = result['2xx']
    if (count === 0 || result.non2xx + result.errors + result.timeouts > 0) {
      throw new Error(
        `under load: ${count} successes, ${result.non2xx} other answers, ${result.errors} errors, ${result.timeouts} timeouts`,
      )
    }
    if (canWeigh) this.costs.push(((processorMs(pid) - before) * 1000) / count)
    return count / result.duration
  }
}

/** Signed by the vendor's own signer, each at another second of the last minutes, as the tolerance for clocks allows. */
function signedRequests(endpoint: string, account: Account, path: string): readonly Request[] {
  const credential = { getAk: () => account.accessKey, getSk: () => account.secretKey }
  return Array.from({ length: signatures }, (_, secondsAgo) => {
    const date = new Date(Date.now() - secondsAgo * 1000).toISOString().replace(/[-:]|\.\d+/g, '')
    const request = {
      endpoint: `${endpoint}${path}`,
      method: 'GET',
      headers: { 'content-type': 'application/json', 'X-Project-Id': account.projectId, 'X-Sdk-Date': date },
      queryParams: {},
    }
    return { path, headers: AKSKSigner.sign(request, credential) }
  })
}
