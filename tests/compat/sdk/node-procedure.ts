// The procedure with the vendor's Node client: npm has no package of this service, so requests are written out here and the vendor's core signs, sends and reads them.

import { setTimeout as sleep } from 'node:timers/promises'
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js'
import { HcClient } from '@huaweicloud/huaweicloud-sdk-core/HcClient.js'
import { DefaultHttpClient } from '@huaweicloud/huaweicloud-sdk-core/http/DefaultHttpClient.js'
import { Region } from '@huaweicloud/huaweicloud-sdk-core/region/region.js'

/** What a call answered; `httpStatusCode` is added by the SDK. */
export type Answer = Readonly<Record<string, unknown>>

/** One call as a service package of the SDK describes it; the SDK fills in `{project_id}`. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: object
}

/** A service client, built as the vendor's own packages build theirs. */
export class DliClient {
  readonly #core: HcClient

  constructor(core: HcClient) {
    this.#core = core
  }

  /** A client that is told its project's name alone, and looks up the id by itself. */
  static build(settings: Readonly<Record<string, string>>): DliClient {
    const { ACCESS_KEY: ak = '', SECRET_KEY: sk = '', ENDPOINT: endpoint = '', PROJECT_NAME: project = '' } = settings
    const credential = new BasicCredentials().withAk(ak).withSk(sk).withIamEndpoint(endpoint)
    // As ClientBuilder does it, which cannot be loaded: it needs a package (uuid) that the vendor's does not name among its own.
    const core = new HcClient(new DefaultHttpClient({ disableSslVerification: true }, [endpoint]))
    return new DliClient(core.withRegion(new Region(project, endpoint)).withCredential(credential).withEndpoints([endpoint]))
  }

  /** @throws the SDK's own exception when the status is 400 or more */
  async send(call: Call): Promise<Answer> {
    const answer: object = await this.#core.sendRequest({
      method: call.method,
      url: call.url,
      contentType: 'application/json',
      queryParams: { ...call.query },
      pathParams: { ...call.path },
      headers: {},
      ...(call.body === undefined ? {} : { data: { ...call.body } }),
    })
    return answer as Answer
  }
}

const queues = '/v1.0/{project_id}/queues'
const connections = '/v2.0/{project_id}/datasource/enhanced-connections'
const connection = `${connections}/{connection_id}`
const authInfos = '/v3/{project_id}/datasource/auth-infos'
const databases = '/v1.0/{project_id}/databases'
const jobs = '/v1.0/{project_id}/jobs'
const joinSql =
  'SELECT c.name, count(*) AS orders, sum(o.amount) AS revenue FROM orders o JOIN customers c ON o.customer_id = c.id GROUP BY c.name ORDER BY c.name'

/** What the procedure read back, for assertions. */
export interface Report {
  readonly hosts: readonly { readonly name: string; readonly ip: string }[]
  readonly connection: Answer
  readonly listed: readonly Answer[]
  readonly queue: Answer
  readonly authInfos: readonly Answer[]
  readonly rows: unknown
  readonly boundAfterUnbind: unknown
  readonly listedAfterDelete: readonly Answer[]
}

/** Plays everything from the queue to the last delete. @throws the SDK's exception at the first call that is refused */
export async function playNodeProcedure(settings: Readonly<Record<string, string>>): Promise<Report> {
  const client = DliClient.build(settings)
  const hosts = [
    { name: 'zeta-node', ip: settings['SOURCE_ADDRESS'] ?? '' },
    { name: 'alpha-node', ip: '10.71.0.6' },
  ]
  await client.send({
    method: 'POST',
    url: queues,
    body: { queue_name: 'sdk_node', cu_count: 16, resource_mode: 1, description: '由 Node SDK 创建' },
  })
  const id = await connect(client, settings, hosts)
  await createTables(client, settings)
  const job = await run(client, joinSql)
  const read = {
    hosts,
    connection: await client.send({ method: 'GET', url: connection, path: { connection_id: id }, body: {} }),
    listed: await listConnections(client),
    queue: await client.send({ method: 'GET', url: `${queues}/{queue_name}`, path: { queue_name: 'sdk_node' } }),
    authInfos: (await client.send({ method: 'GET', url: authInfos, query: { auth_info_name: 'sdk_node' } }))['auth_infos'] as Answer[],
    rows: (await client.send({ method: 'GET', url: `${jobs}/{job_id}/preview`, path: { job_id: job } }))['rows'],
  }
  await client.send({
    method: 'POST',
    url: `${connection}/disassociate-queue`,
    path: { connection_id: id },
    body: { queues: ['sdk_node'] },
  })
  const boundAfterUnbind = (await client.send({ method: 'GET', url: connection, path: { connection_id: id } }))['available_queue_info']
  await deleteAll(client, id)
  return { ...read, boundAfterUnbind, listedAfterDelete: await listConnections(client) }
}

async function listConnections(client: DliClient): Promise<readonly Answer[]> {
  const query = { name: 'sdk_node', status: 'ACTIVE', tags: 'team=node,stage=a+b c', limit: 10, offset: 0 }
  return (await client.send({ method: 'GET', url: connections, query }))['connections'] as Answer[]
}

/** Creates the connection, binds the queue to it and reads it until that is ACTIVE. */
async function connect(client: DliClient, settings: Readonly<Record<string, string>>, hosts: Report['hosts']): Promise<string> {
  const tags = [
    { key: 'team', value: 'node' },
    { key: 'stage', value: 'a+b c' },
  ]
  const body = { name: 'sdk_node', dest_vpc_id: settings['VPC_ID'], dest_network_id: settings['SUBNET_ID'], queues: [], hosts, tags }
  const id = String((await client.send({ method: 'POST', url: connections, body }))['connection_id'])
  await client.send({ method: 'POST', url: `${connection}/associate-queue`, path: { connection_id: id }, body: { queues: ['sdk_node'] } })
  await until(async () => {
    const detail = await client.send({ method: 'GET', url: connection, path: { connection_id: id }, body: {} })
    return (detail['available_queue_info'] as Answer[])[0]?.['status'] === 'ACTIVE'
  })
  return id
}

async function createTables(client: DliClient, settings: Readonly<Record<string, string>>): Promise<void> {
  const { SOURCE_USER: user_name, SOURCE_PASSWORD: password, SOURCE_DATABASE: source } = settings
  await client.send({
    method: 'POST',
    url: authInfos,
    body: { auth_info_name: 'sdk_node', datasource_type: 'passwd', user_name, password },
  })
  await client.send({ method: 'POST', url: databases, body: { database_name: 'sdk_node_shop' } })
  for (const name of ['orders', 'customers']) {
    const options = `'url'='jdbc:postgresql://zeta-node:5432/${source}', 'driver'='org.postgresql.Driver', 'dbtable'='public.${name}'`
    await run(client, `CREATE TABLE ${name} USING JDBC OPTIONS (${options}, 'passwdauth'='sdk_node', 'encryption'='true')`)
  }
}

/** Submits a statement and waits for its end. @returns the job's id */
async function run(client: DliClient, sql: string): Promise<string> {
  const body = { sql, currentdb: 'sdk_node_shop', queue_name: 'sdk_node' }
  const job = String((await client.send({ method: 'POST', url: `${jobs}/submit-job`, body }))['job_id'])
  await until(async () => {
    const { status, message } = await client.send({ method: 'GET', url: `${jobs}/{job_id}/status`, path: { job_id: job } })
    if (status === 'FAILED') throw new Error(`${sql}: ${String(message)}`)
    return status === 'FINISHED'
  })
  return job
}

async function deleteAll(client: DliClient, id: string): Promise<void> {
  await client.send({
    method: 'DELETE',
    url: `${databases}/{database_name}`,
    path: { database_name: 'sdk_node_shop' },
    query: { cascade: true },
  })
  // The SDK drops an empty body of a DELETE.
  await client.send({ method: 'DELETE', url: connection, path: { connection_id: id }, body: {} })
  await client.send({ method: 'DELETE', url: `${authInfos}/{auth_info_name}`, path: { auth_info_name: 'sdk_node' } })
  await client.send({ method: 'DELETE', url: `${queues}/{queue_name}`, path: { queue_name: 'sdk_node' } })
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await isDone())) {
    if (Date.now() > deadline) throw new Error('still waiting after 20 s')
    await sleep(50)
  }
}
