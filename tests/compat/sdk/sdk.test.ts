// The vendor's SDKs, unmodified, against a real server: what is read again is what was written.

import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DliClient, playNodeProcedure } from './node-procedure.ts'
import { prepareGo, preparePython, runProgram, runScript, whyNoGo, whyNoPython } from './programs.ts'
import { openStage, type Stage } from './stage.ts'

// The first run installs packages and builds; later runs find them.
const firstRunMs = 600_000
const noPython = await whyNoPython()
const noGo = await whyNoGo()
const scripts = readdirSync(new URL('./python', import.meta.url)).filter((name) => name.endsWith('.py') && !name.startsWith('asking'))
const print = (text: string): void => void process.stderr.write(text)

let stage: Stage

beforeAll(async () => {
  stage = await openStage()
}, 60_000)

afterAll(async () => {
  await stage?.[Symbol.asyncDispose]()
})

describe.skipIf(noPython !== undefined)(`the Python SDK${noPython === undefined ? '' : ` (${noPython})`}`, () => {
  let python: string

  beforeAll(async () => {
    python = await preparePython(print)
  }, firstRunMs)

  it('has a script for every resource', () => {
    expect(scripts.length).toBeGreaterThanOrEqual(8)
  })

  it('is checked by something that finds wrong answers', async () => {
    const { code, output } = await runScript(python, 'asking_test.py', stage.settings)
    expect(code, output).toBe(0)
    expect(output).toContain('7 wrong answers were found')
  })

  it.each(scripts)('%s', async (script) => {
    const { code, output } = await runScript(python, script, stage.settings)
    expect(code, output).toBe(0)
    expect(Number(/^(\d+) answers fitted the models/m.exec(output)?.[1] ?? 0), output).toBeGreaterThanOrEqual(5)
  })
})

describe.skipIf(noGo !== undefined)(`the Go SDK${noGo === undefined ? '' : ` (${noGo})`}`, () => {
  let program: string

  beforeAll(async () => {
    program = await prepareGo(print)
  }, firstRunMs)

  it('plays the whole procedure', async () => {
    const { code, output } = await runProgram(program, stage.settings)
    expect(code, output).toBe(0)
    expect(output).toContain('joined: [["Customer 1",500,"12250.00"],["Customer 2",500,"12750.00"]]')
  })
})

describe('the Node SDK', () => {
  it('plays the whole procedure', async () => {
    const report = await playNodeProcedure(stage.settings)
    const written = {
      name: 'sdk_node',
      dest_vpc_id: stage.settings['VPC_ID'],
      dest_network_id: stage.settings['SUBNET_ID'],
      hosts: report.hosts,
      status: 'ACTIVE',
    }
    expect(report.connection).toMatchObject({ ...written, available_queue_info: [{ name: 'sdk_node', status: 'ACTIVE', err_msg: '' }] })
    expect(report.listed).toHaveLength(1)
    expect(report.listed[0]).toMatchObject(written)
    expect(report.queue).toMatchObject({
      queueName: 'sdk_node',
      cuCount: 16,
      resource_mode: 1,
      description: '由 Node SDK 创建',
      httpStatusCode: 200,
    })
    expect(report.authInfos).toHaveLength(1)
    expect(report.authInfos[0]).toMatchObject({
      auth_info_name: 'sdk_node',
      datasource_type: 'passwd',
      user_name: stage.settings['SOURCE_USER'],
    })
    expect(report.rows).toEqual([
      ['Customer 1', 500, '12250.00'],
      ['Customer 2', 500, '12750.00'],
    ])
    expect(report.boundAfterUnbind).toEqual([])
    expect(report.listedAfterDelete).toEqual([])
  })

  it('raises its own exception with code, text and request id', async () => {
    const client = DliClient.build(stage.settings)
    const refusal = await client
      .send({ method: 'GET', url: '/v1.0/{project_id}/queues/{queue_name}', path: { queue_name: 'nowhere' } })
      .then(
        () => undefined,
        (error: unknown) => error,
      )
    expect(refusal).toMatchObject({ httpStatusCode: 400, errorCode: 'DLI.0002', errorMsg: 'There is no queue named nowhere' })
    expect((refusal as { requestId: string }).requestId).toMatch(/^[0-9a-f-]{32,36}$/)
  })
})
