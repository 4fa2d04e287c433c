// What tests of SQL over HTTP begin with: a real server, a real PostgreSQL with a database `shop`, and a queue that is bound to it.

import { type PostgresServer, startPostgres } from '../../../tests/servers/postgres.ts'
import { type SamplePerson, samplePerson } from './sample-people.ts'
import { publishedProject, type Received, type SampleServer, sampleServer } from './sample-server.ts'

/** What tests set; the rest is as {@link sampleShop} says. */
export interface SampleShopOptions {
  /** Of the login at the source; a test that looks for leaks takes one that it finds again. */
  readonly password: string
  /** SQL that makes the tables of `shop`. */
  readonly setup: string
  /** All lead to the source, each on port 5432; 192.168.0.1 unless told. */
  readonly addresses?: readonly string[]
}

/** The two servers and what lies between them. Disposing it ends both. */
export interface SampleShop extends AsyncDisposable {
  readonly server: SampleServer
  readonly source: PostgresServer
  readonly connectionId: string
  /** A new user who may edit, and submit jobs to q1. */
  editor(name: string): Promise<SamplePerson>
}

/** Queue q1, bound by connection `sales` to VPC v1, in which `sales-db` is 192.168.0.1; auth-info `login` signs in to the source. @throws {Error} with what was answered */
export async function sampleShop({ password, setup, addresses = ['192.168.0.1'] }: SampleShopOptions): Promise<SampleShop> {
  const [server, source] = await Promise.all([sampleServer(), startPostgres({ password, databases: { shop: setup } })])
  const networks = {
    vpcs: [{ id: 'v1', project_id: publishedProject, name: 'prod', cidr: '192.168.0.0/16' }],
    subnets: [{ id: 's1', vpc_id: 'v1', name: 'db', cidr: '192.168.0.0/24' }],
  }
  const map = addresses.map((address) => ({ from: `${address}:5432`, to: `127.0.0.1:${source.port}` }))
  const login = { auth_info_name: 'login', datasource_type: 'passwd', user_name: source.user, password }
  const hosts = [{ name: 'sales-db', ip: '192.168.0.1' }]
  const connection = { name: 'sales', dest_vpc_id: 'v1', dest_network_id: 's1', queues: ['q1'], hosts }
  expectWell(await server.ask('declareNetworks', { body: networks }))
  expectWell(await server.ask('putGateway', { params: { vpc_id: 'v1' }, body: { kind: 'map', ranges: ['127.0.0.0/8'], map } }))
  expectWell(await server.ask('createQueue', { body: { queue_name: 'q1', cu_count: 16, resource_mode: 1 } }))
  expectWell(await server.ask('createAuthInfo', { body: login }))
  const made = expectWell(await server.ask('createConnection', { body: connection }))
  return {
    server,
    source,
    connectionId: made.body.connection_id,
    editor: async (name) => {
      const person = await samplePerson(server, name, 'editor')
      const grant = { queue_name: 'q1', user_name: name, action: 'grant', privileges: ['SUBMIT_JOB'] }
      expectWell(await server.ask('authorizeQueueUser', { body: grant }))
      return person
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await source[Symbol.asyncDispose]()
    },
  }
}

/** The `OPTIONS (…)` of a source table over a table of `shop`. */
export function shopOptions(table: string, host = '192.168.0.1'): string {
  return `OPTIONS ('url'='jdbc:postgresql://${host}:5432/shop', 'driver'='org.postgresql.Driver', 'dbtable'='public.${table}', 'passwdauth'='login', 'encryption'='true')`
}

function expectWell(answered: Received): Received {
  if (answered.status >= 300) throw new Error(answered.text)
  return answered
}
