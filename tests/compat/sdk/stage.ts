// The stage that every SDK plays on: a server, a PostgreSQL behind a gateway, and the settings under which scripts find both.

import { startPostgres } from '../../servers/postgres.ts'
import { startTributary } from '../../servers/tributary.ts'
import { signedCall } from '../seeds/signed-call.ts'

const vpcId = 'c1d1c5f0-0001-4c7e-9a51-6f2b8d0e7101'
const subnetId = 'c2f2562a-36e4-4b39-95b9-f5aab22e7101'
const securityGroupId = 'c3f2562a-36e4-4b39-95b9-f5aab22e7101'
const sourceAddress = '10.71.0.5'
const database = 'shop'

const sourceSql = `
  create table public.orders as select g as id, 1 + g % 2 as customer_id, (g % 50 + 0.5)::numeric(10,2) as amount from generate_series(1, 1000) g;
  create table public.customers as select g as id, 'Customer ' || g as name from generate_series(1, 2) g;
  create view public.endless as select g as id, md5(g::text) as noise from generate_series(1, 2000000000) g;`

/** A running stage. Disposing it ends everything. */
export interface Stage extends AsyncDisposable {
  /** What scripts read from their environment, each name with the prefix `TRIBUTARY_`. */
  readonly settings: Readonly<Record<string, string>>
  /** What the server has logged so far. */
  readonly log: () => string
}

/** Starts both servers and tells the installation where the source really is. */
export async function openStage(): Promise<Stage> {
  await using opening = new AsyncDisposableStack()
  const postgres = opening.use(await startPostgres({ databases: { [database]: sourceSql } }))
  const server = opening.use(await startTributary())
  const { account, endpoint } = server
  const put = async (path: string, body: unknown): Promise<void> => {
    const answer = await signedCall(endpoint, account, { method: 'PUT', path, body: JSON.stringify(body) })
    if (answer.status !== 200) throw new Error(`PUT ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
  }
  await put('/tributary/v1/networks', {
    vpcs: [{ id: vpcId, project_id: account.projectId, name: 'sdk', cidr: '10.71.0.0/16' }],
    subnets: [{ id: subnetId, vpc_id: vpcId, name: 'sdk', cidr: '10.71.0.0/24', gateway_ip: '10.71.0.1' }],
    security_groups: [{ id: securityGroupId, project_id: account.projectId, name: 'sdk' }],
  })
  await put(`/tributary/v1/projects/${account.projectId}/vpcs/${vpcId}/gateway`, {
    kind: 'map',
    ranges: ['127.0.0.1/32'],
    map: [{ from: `${sourceAddress}:5432`, to: `127.0.0.1:${postgres.port}` }],
  })
  const settings = {
    ENDPOINT: endpoint,
    ACCESS_KEY: account.accessKey,
    SECRET_KEY: account.secretKey,
    PROJECT_ID: account.projectId,
    PROJECT_NAME: account.projectName,
    DOMAIN_NAME: account.domainName,
    USER: account.adminUser,
    PASSWORD: account.adminPassword,
    VPC_ID: vpcId,
    SUBNET_ID: subnetId,
    SECURITY_GROUP_ID: securityGroupId,
    SOURCE_ADDRESS: sourceAddress,
    SOURCE_DATABASE: database,
    SOURCE_USER: postgres.user,
    SOURCE_PASSWORD: postgres.password,
  }
  const open = opening.move()
  return { settings, log: server.log, [Symbol.asyncDispose]: () => open.disposeAsync() }
}
