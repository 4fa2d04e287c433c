// The published procedure as calls: declare, create, bind, read until ACTIVE, use, cut.

import type { PostgresServer } from '../../tests/servers/postgres.ts'
import { type Answer, type Api, textOf } from './api.ts'
import type { Cell } from './table.ts'

/** One of the user's networks: a VPC with a subnet and a database at `address` in it. */
export interface Site {
  readonly name: string
  readonly vpc: string
  readonly subnet: string
  readonly range: string
  readonly cidr: string
  readonly gatewayIp: string
  readonly address: string
  readonly host: string
}

/** Two subnets as they may stand in production; the gateways map their addresses to this machine. */
export const sites = {
  sales: site('sales', '10.71.0', 'a3d1c5f0-0001-4c7e-9a51-6f2b8d0e7101', '78f2562a-36e4-4b39-95b9-f5aab22e7101'),
  crm: site('crm', '10.72.0', 'a3d1c5f0-0002-4c7e-9a51-6f2b8d0e7202', '78f2562a-36e4-4b39-95b9-f5aab22e7202'),
} as const

function site(name: string, net: string, vpc: string, subnet: string): Site {
  return {
    name,
    vpc,
    subnet,
    range: `${net.slice(0, 5)}.0.0/16`,
    cidr: `${net}.0/24`,
    gatewayIp: `${net}.1`,
    address: `${net}.5`,
    host: `${name}-db`,
  }
}

/** The statement that names a site's table in the catalog; its columns are read from the source. @param login - name of an auth-info */
export function tableSql(name: string, site: Site, table: string, login: string): string {
  return `CREATE TABLE ${name} USING JDBC OPTIONS (
    'url' = 'jdbc:postgresql://${site.host}:5432/${site.name}', 'driver' = 'org.postgresql.Driver',
    'dbtable' = '${table}', 'passwdauth' = '${login}', 'encryption' = 'true')`
}

/** The calls of one project. */
export class Procedure {
  readonly #api: Api
  readonly #project: string

  constructor(api: Api, project: string) {
    this.#api = api
    this.#project = project
  }

  /** Tells the installation where a site's database really is. An installation owner's call. */
  async declare(where: Site, server: Pick<PostgresServer, 'port'>): Promise<void> {
    const { vpc, subnet, name, range, cidr, gatewayIp, address } = where
    await this.#api.put('/tributary/v1/networks', {
      vpcs: [{ id: vpc, project_id: this.#project, name, cidr: range }],
      subnets: [{ id: subnet, vpc_id: vpc, name, cidr, gateway_ip: gatewayIp }],
    })
    await this.#api.put(`/tributary/v1/projects/${this.#project}/vpcs/${vpc}/gateway`, {
      kind: 'map',
      ranges: ['127.0.0.1/32'],
      map: [{ from: `${address}:5432`, to: `127.0.0.1:${server.port}` }],
    })
  }

  createQueue(name: string): Promise<Answer> {
    return this.#api.post(`/v1.0/${this.#project}/queues`, { queue_name: name, cu_count: 16, resource_mode: 1 })
  }

  /** @returns the connection's id */
  async createConnection(where: Site, queues: readonly string[]): Promise<string> {
    const answer = await this.#api.post(this.#connections(), {
      name: where.name,
      dest_vpc_id: where.vpc,
      dest_network_id: where.subnet,
      queues,
      hosts: [{ name: where.host, ip: where.address }],
    })
    return textOf(answer, 'connection_id')
  }

  bind(connection: string, queue: string): Promise<Answer> {
    return this.#api.post(this.#connections(`/${connection}/associate-queue`), { queues: [queue] })
  }

  unbind(connection: string, queue: string): Promise<Answer> {
    return this.#api.post(this.#connections(`/${connection}/disassociate-queue`), { queues: [queue] })
  }

  /** Reads a connection until all its peerings are ACTIVE. @throws {Error} when one FAILED, with its reason */
  async untilActive(connection: string): Promise<void> {
    await until(async () => {
      const answer = await this.#api.get(this.#connections(`/${connection}`))
      const peerings = answer['available_queue_info'] as readonly { status: string; err_msg: string }[]
      const failed = peerings.find((peering) => peering.status === 'FAILED')
      if (failed !== undefined) throw new Error(failed.err_msg)
      return peerings.length > 0 && peerings.every((peering) => peering.status === 'ACTIVE')
    })
  }

  /** Stores a source's user and password under a name; SQL says the name. */
  createAuthInfo(name: string, server: Pick<PostgresServer, 'user' | 'password'>): Promise<Answer> {
    return this.#api.post(`/v3/${this.#project}/datasource/auth-infos`, {
      auth_info_name: name,
      datasource_type: 'passwd',
      user_name: server.user,
      password: server.password,
    })
  }

  createDatabase(name: string): Promise<Answer> {
    return this.#api.post(`/v1.0/${this.#project}/databases`, { database_name: name })
  }

  /** Submits a statement and returns at once. */
  submit(queue: string, sql: string): Promise<{ status: number; answer: Answer }> {
    return this.#api.attempt('POST', `/v1.0/${this.#project}/jobs/submit-job`, { sql, queue_name: queue })
  }

  status(job: string): Promise<Answer> {
    return this.#api.get(`/v1.0/${this.#project}/jobs/${job}/status`)
  }

  /** Submits a statement and waits for its end. @throws {Error} when it is refused or fails @returns the job's id */
  async run(queue: string, sql: string): Promise<string> {
    const { status, answer } = await this.submit(queue, sql)
    if (status !== 200) throw new Error(textOf(answer, 'error_msg'))
    const job = textOf(answer, 'job_id')
    const end = await this.untilEnded(job)
    if (textOf(end, 'status') !== 'FINISHED') throw new Error(`${sql} ended ${textOf(end, 'status')}: ${textOf(end, 'message')}`)
    return job
  }

  async untilEnded(job: string): Promise<Answer> {
    let last: Answer = {}
    await until(async () => {
      last = await this.status(job)
      return ['FINISHED', 'FAILED', 'CANCELLED'].includes(textOf(last, 'status'))
    })
    return last
  }

  /** The first rows of a finished query. */
  async preview(job: string): Promise<{ columns: readonly string[]; rows: readonly (readonly Cell[])[] }> {
    const answer = await this.#api.get(`/v1.0/${this.#project}/jobs/${job}/preview`)
    const schema = answer['schema'] as readonly Record<string, string>[]
    return { columns: schema.map((column) => Object.keys(column)[0] ?? ''), rows: answer['rows'] as readonly (readonly Cell[])[] }
  }

  #connections(rest = ''): string {
    return `/v2.0/${this.#project}/datasource/enhanced-connections${rest}`
  }
}

/** Asks every 10 ms until the answer is yes. @throws {Error} after 30 s */
export async function until(isDone: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000
  while (!(await isDone())) {
    if (Date.now() > deadline) throw new Error('still waiting after 30 s')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
