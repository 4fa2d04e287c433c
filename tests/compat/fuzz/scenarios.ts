// Short stories for operations that chance alone does not bring into the right state: each ends in the call that it is told for.

import { sampleAccount } from '../../servers/tributary.ts'
import { Caller } from '../seeds/replay.ts'

/** One call that must succeed, and what is called before it. */
export interface Scenario {
  /** The operation that this is told for. */
  readonly operation: string
  readonly status: number
  run(number: number): Promise<void>
}

type Json = Record<string, unknown>

/** The calls that stories are made of. */
class Teller {
  readonly caller: Caller
  readonly project = sampleAccount.projectId
  readonly #fixed: Readonly<Record<string, unknown>>

  constructor(endpoint: string, fixed: Readonly<Record<string, unknown>>) {
    this.caller = new Caller(endpoint, sampleAccount)
    this.#fixed = fixed
  }

  text(name: string): string {
    return String(this.#fixed[name])
  }

  remove(path: string, status = 200): Promise<Json> {
    return this.caller.call({ method: 'DELETE', path }, status)
  }

  createQueue(name: string): Promise<Json> {
    return this.caller.json('POST', `/v1.0/${this.project}/queues`, { queue_name: name, cu_count: 16, resource_mode: 1 })
  }

  /** @returns the id of the job, which runs on the queue `kept` */
  async submit(sql: string): Promise<string> {
    const job = await this.caller.json('POST', `/v1.0/${this.project}/jobs/submit-job`, { sql, queue_name: 'kept' })
    return String(job['job_id'])
  }

  /** Waits for the end. @returns the id of the job */
  async finish(sql: string): Promise<string> {
    return await this.ended(await this.submit(sql))
  }

  /** @returns the id of a job that has FINISHED; what it is given is the id of one */
  async ended(id: string): Promise<string> {
    for (;;) {
      const { status } = await this.caller.call({ method: 'GET', path: `/v1.0/${this.project}/jobs/${id}/status` }, 200)
      if (status === 'FINISHED') return id
      if (status !== 'LAUNCHING' && status !== 'RUNNING') throw new Error(`the job ended ${String(status)}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** @returns the new user's id */
  async createUser(name: string): Promise<string> {
    const answer = await this.caller.json('POST', '/v3.0/OS-USER/users', { user: { name, password: sampleAccount.adminPassword } }, 201)
    return (answer['user'] as { readonly id: string }).id
  }
}

/** All stories of one stage; each may be told many times. */
export function scenariosOf(endpoint: string, fixed: Readonly<Record<string, unknown>>): readonly Scenario[] {
  const teller = new Teller(endpoint, fixed)
  return [
    routeStory(teller, 'v3', 'deleteRoute'),
    routeStory(teller, 'v2.0', 'deleteRoute_v2_01'),
    poolStory(teller, 'addPoolQueue'),
    poolStory(teller, 'putPoolQueuePolicies'),
    rangeStory(teller),
    classicStory(teller, 'associateClassicQueue', 'associate-queue'),
    classicStory(teller, 'disassociateClassicQueue', 'disassociate-queue'),
    cancelStory(teller, 'cancelJob', 'jobs'),
    cancelStory(teller, 'cancelJob_v1_01', 'queues/kept/jobs'),
    resultStory(teller, 'getResultPage', 'jobs'),
    resultStory(teller, 'getResultPage_v1_01', 'queues/kept/jobs'),
    exportStory(teller),
    importStory(teller),
    roleStory(teller, 'checkProjectRole', `projects/${teller.project}`, 'editor'),
    roleStory(teller, 'revokeProjectRole', `projects/${teller.project}`, 'reader'),
    roleStory(teller, 'revokeDomainRole', `domains/${teller.text('domain_id')}`, 'admin'),
    passwordStory(teller),
    projectStory(teller),
    routeTableStory(teller),
    clockStory(teller),
  ]
}

/** The clock goes only forward: chance would set it far ahead, and back never. */
function clockStory(teller: Teller): Scenario {
  return {
    operation: 'putClock',
    status: 200,
    run: async (number) => void (await teller.caller.json('PUT', '/tributary/v1/clock', { advance_ms: 1000 * (number + 1) })),
  }
}

function routeStory(teller: Teller, version: string, operation: string): Scenario {
  return {
    operation,
    status: 200,
    run: async (number) => {
      const routes = `/${version}/${teller.project}/datasource/enhanced-connections/${teller.text('connection_id')}/routes`
      await teller.caller.json('POST', routes, { name: `told${number}`, cidr: `10.250.${number}.0/24` })
      await teller.remove(`${routes}/told${number}`)
    },
  }
}

function poolStory(teller: Teller, operation: 'addPoolQueue' | 'putPoolQueuePolicies'): Scenario {
  return {
    operation,
    status: 200,
    run: async (number) => {
      const name = `told_${operation.toLowerCase()}_${number}`
      const pools = `/v3/${teller.project}/elastic-resource-pools`
      await teller.caller.json('POST', pools, { elastic_resource_pool_name: name, min_cu: 64, max_cu: 128, cidr_in_vpc: '172.30.0.0/18' })
      await teller.createQueue(name)
      await teller.caller.json('POST', `${pools}/${name}/queues`, { queue_name: name })
      const policy = { priority: 1, impact_start_time: '00:00', impact_stop_time: '24:00', min_cu: 16, max_cu: 64 }
      if (operation === 'putPoolQueuePolicies')
        await teller.caller.json('PUT', `${pools}/${name}/queues/${name}`, { queue_scaling_policies: [policy] })
      await teller.remove(`/v1.0/${teller.project}/queues/${name}`)
      await teller.remove(`${pools}/${name}`)
    },
  }
}

function rangeStory(teller: Teller): Scenario {
  return {
    operation: 'changeQueueCidr',
    status: 200,
    run: async (number) => {
      const queue = `/v1.0/${teller.project}/queues/told_range_${number}`
      await teller.createQueue(`told_range_${number}`)
      await teller.caller.json('PUT', queue, { cidr_in_vpc: `172.29.${number}.0/24` })
      await teller.remove(queue)
    },
  }
}

function classicStory(teller: Teller, operation: string, verb: string): Scenario {
  return {
    operation,
    status: 200,
    run: async (number) => {
      const path = `/v2.0/${teller.project}/datasource-connection`
      const ground = { security_group_id: teller.text('security_group_id'), network_id: teller.text('network_id') }
      const made = await teller.caller.json(
        'POST',
        path,
        { ...ground, name: `told-${verb}-${number}`, service: 'rds', url: '10.71.0.5:5432' },
        201,
      )
      const connection = `${path}/${String(made['connection_id'])}`
      await teller.caller.json('POST', `${connection}/${verb}`, { queues: ['kept'] })
      await teller.remove(connection)
    },
  }
}

function cancelStory(teller: Teller, operation: string, under: string): Scenario {
  return {
    operation,
    status: 200,
    run: async () => {
      const id = await teller.submit('SELECT count(nap) AS n FROM kept.slow')
      await teller.remove(`/v1.0/${teller.project}/${under}/${id}`)
    },
  }
}

function resultStory(teller: Teller, operation: string, under: string): Scenario {
  return {
    operation,
    status: 200,
    run: async () => {
      const id = await teller.finish('SELECT 1 AS one')
      await teller.caller.call({ method: 'GET', path: `/v1.0/${teller.project}/${under}/${id}` }, 200)
    },
  }
}

function exportStory(teller: Teller): Scenario {
  return {
    operation: 'exportResult',
    status: 200,
    run: async (number) => {
      const id = await teller.finish('SELECT 1 AS one')
      const body = { data_path: `obs://stories/${number}`, data_type: 'csv' }
      await teller.caller.json('POST', `/v1.0/${teller.project}/jobs/${id}/export-result`, body)
    },
  }
}

/** What is imported was exported before. */
function importStory(teller: Teller): Scenario {
  return {
    operation: 'importTable',
    status: 200,
    run: async (number) => {
      const table = { database_name: 'kept', table_name: 'own', data_type: 'csv', data_path: `obs://stories/table-${number}` }
      const { job_id } = await teller.caller.json('POST', `/v1.0/${teller.project}/jobs/export-table`, table)
      await teller.ended(String(job_id))
      await teller.caller.json('POST', `/v1.0/${teller.project}/jobs/import-table`, table)
    },
  }
}

function roleStory(teller: Teller, operation: string, where: string, role: string): Scenario {
  return {
    operation,
    status: 204,
    run: async (number) => {
      const path = `/v3/${where}/users/${await teller.createUser(`told_${role}_${number}`)}/roles/${role}`
      await teller.caller.call({ method: 'PUT', path }, 204)
      if (operation.startsWith('check')) await teller.caller.call({ method: 'HEAD', path }, 204)
      await teller.remove(path, 204)
    },
  }
}

function projectStory(teller: Teller): Scenario {
  return {
    operation: 'deleteProject',
    status: 204,
    run: async (number) => {
      const answer = await teller.caller.json('POST', '/v3/projects', { project: { name: `told_project_${number}` } }, 201)
      await teller.remove(`/v3/projects/${(answer['project'] as { readonly id: string }).id}`, 204)
    },
  }
}

function passwordStory(teller: Teller): Scenario {
  const change = (from: string, to: string) =>
    teller.caller.json('POST', `/v3/users/${teller.text('own_user_id')}/password`, { user: { original_password: from, password: to } }, 204)
  const { adminPassword } = sampleAccount
  return {
    operation: 'changePassword',
    status: 204,
    run: async () => {
      await change(adminPassword, `${adminPassword}x`)
      await change(`${adminPassword}x`, adminPassword)
    },
  }
}

function routeTableStory(teller: Teller): Scenario {
  const create = async (path: string, noun: string, draft: Json) =>
    (await teller.caller.json('POST', `/v1/${teller.project}/${path}`, { [noun]: draft }))[noun] as Json
  return {
    operation: 'moveSubnets',
    status: 200,
    run: async (number) => {
      const { id: vpc_id } = await create('vpcs', 'vpc', { name: `told${number}`, cidr: '172.28.0.0/16' })
      const subnet = await create('subnets', 'subnet', { name: 'told', cidr: '172.28.0.0/24', gateway_ip: '172.28.0.1', vpc_id })
      const table = await create('routetables', 'routetable', { name: 'told', vpc_id })
      await teller.caller.json('POST', `/v1/${teller.project}/routetables/${String(table['id'])}/action`, {
        routetable: { subnets: { associate: [subnet['id']] } },
      })
    },
  }
}
