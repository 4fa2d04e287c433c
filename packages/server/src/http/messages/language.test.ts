// The language of an answer: which headers choose it, and that everything a caller is told is said in it, also what was kept before.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishedProject, type SampleServer, sampleServer } from '../../sample-server.ts'
import { languageOf } from './language.ts'

describe('the language of a request', () => {
  it.each([
    [{ 'x-language': 'zh-cn' }, 'zh-cn'],
    [{ 'x-language': 'ZH-CN' }, 'zh-cn'],
    [{ 'x-language': 'zh_CN' }, 'zh-cn'],
    [{ 'x-language': 'zh' }, 'zh-cn'],
    [{ 'x-language': 'zh-Hans-CN' }, 'zh-cn'],
    [{ 'x-language': 'en-us' }, 'en-us'],
    [{ 'x-language': 'EN_US' }, 'en-us'],
    [{ 'x-language': 'fr-fr' }, 'en-us'],
    [{ 'x-language': '__proto__' }, 'en-us'],
    [{ 'x-language': 'zh-tw' }, 'en-us'],
    [{ 'x-language': 'zhx' }, 'en-us'],
    [{ 'x-language': '' }, 'en-us'],
    [{}, 'en-us'],
    [{ 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' }, 'zh-cn'],
    [{ 'accept-language': 'fr, en-GB;q=0.8, zh;q=0.7' }, 'en-us'],
    [{ 'accept-language': '*' }, 'en-us'],
    [{ 'x-language': 'en-us', 'accept-language': 'zh-CN' }, 'en-us'],
    [{ 'x-language': 'fr', 'accept-language': 'zh-CN' }, 'en-us'],
  ])('%j is %s', (headers, language) => {
    expect(languageOf(headers)).toBe(language)
  })
})

/** What each value of `X-Language` has to bring. */
const wanted = [
  [{ 'x-language': 'zh-cn' }, 'chinese'],
  [{ 'x-language': 'en-us' }, 'english'],
  [{ 'x-language': 'klingon' }, 'english'],
  [{}, 'english'],
] as const

const errors = {
  chinese: {
    dli: '不存在名为 nope 的队列',
    form: 'cu_count 必须为整数',
    missing: '缺少 queue_name',
    gateway: 'API 不存在或未在该环境中发布',
    nobody: 'IAM 认证信息错误：未找到 x-auth-token',
  },
  english: {
    dli: 'There is no queue named nope',
    form: 'cu_count must be an integer',
    missing: 'queue_name is missing',
    gateway: 'The API does not exist or has not been published in the environment',
    nobody: 'Incorrect IAM authentication information: x-auth-token not found',
  },
}

const routeRung = {
  chinese: {
    detail: '队列 q1 没有到 192.168.0.1 的路由：请将其绑定到子网或路由包含该地址的增强型跨源连接',
    who: '用户',
    remedy: '请将队列绑定到子网或路由包含该地址的连接',
  },
  english: {
    detail: 'queue q1 has no route to 192.168.0.1: bind it to an enhanced connection whose subnet or routes contain the address',
    who: 'user',
    remedy: 'bind the queue to a connection whose subnet or routes contain the address',
  },
}

describe('what callers are told', () => {
  let server: SampleServer
  let connection_id: string
  beforeAll(async () => {
    server = await sampleServer()
    const vpcs = [{ id: 'v1', project_id: publishedProject, name: 'prod', cidr: '192.168.0.0/16' }]
    const answers = [
      await server.ask('declareNetworks', { body: { vpcs } }),
      await server.ask('createQueue', { body: { queue_name: 'q1', cu_count: 16, resource_mode: 1 } }),
    ]
    for (const { status, text } of answers) if (status !== 200) throw new Error(text)
    const body = { name: 'sales', dest_vpc_id: 'v1', dest_network_id: 's1', queues: ['q1'] }
    connection_id = (await server.ask('createConnection', { body })).body.connection_id
  }, 60_000)
  afterAll(() => server[Symbol.asyncDispose]())

  async function ended(job_id: string): Promise<void> {
    for (let tries = 0; tries < 400; tries += 1) {
      const { body } = await server.ask('getJobStatus', { params: { job_id } })
      if (!['LAUNCHING', 'RUNNING'].includes(body.status)) return
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    throw new Error('the job did not end')
  }

  it.each(wanted)('by %j is %s: an error of every family, of the gateway, and of the form of a request', async (headers, language) => {
    const refusals = {
      dli: await server.ask('getQueue', { params: { queue_name: 'nope' }, headers }),
      form: await server.ask('createQueue', { body: { queue_name: 'q2', cu_count: 'many' }, headers }),
      missing: await server.ask('createQueue', { body: {}, headers }),
      gateway: await server.send('GET', '/v1.0/nowhere', { headers }),
      nobody: await server.send('GET', `/v1.0/${publishedProject}/queues`, { as: 'nobody', headers }),
    }
    // What the contract says of a member stands in brackets behind it.
    const told = Object.fromEntries(Object.entries(refusals).map(([name, { body }]) => [name, body.error_msg.split(/ \(|（/)[0]]))
    expect(told).toEqual(errors[language])
    const iam = await server.ask('issueToken', { as: 'nobody', headers, body: { auth: { identity: { methods: ['token'] } } } })
    expect(iam.body.error.message).toBe(
      language === 'chinese' ? '缺少 auth.identity.token.id：认证方式为 token' : 'auth.identity.token.id is missing: the method says token',
    )
    const vpc = await server.ask('getVpc', { params: { vpc_id: 'none' }, headers })
    expect(vpc.body.message).toBe(
      language === 'chinese' ? '按 ID none 查询资源失败，找不到 VPC。' : 'Query resource by id none fail.the vpc could not be found.',
    )
  })

  it.each(wanted)('by %j is %s: why a peering is FAILED, word for word as published in English', async (headers, language) => {
    const { body } = await server.ask('getConnection', { params: { connection_id }, headers })
    const answer = '{"code":"VPC.0202","message":"Query resource by id s1 fail.the subnet could not be found."}'
    expect(body.available_queue_info[0]).toMatchObject({
      status: 'FAILED',
      err_msg:
        language === 'chinese'
          ? `获取子网 s1 失败。响应码：404，消息：${answer}。`
          : `Failed to get subnet s1. Response code : 404, message : ${answer}.`,
    })
  })

  it('is in the language of who reads it: why a job FAILED, also where only its rows could tell', async () => {
    const failed = async (sql: string) => {
      const { job_id } = (await server.ask('submitJob', { body: { sql, queue_name: 'q1' } })).body
      await ended(job_id)
      const read = async (headers: Readonly<Record<string, string>>) =>
        (await server.ask('getJobStatus', { params: { job_id }, headers })).body.message
      return [await read({ 'x-language': 'zh-cn' }), await read({})]
    }
    expect(await failed('SELECT (SELECT a FROM (VALUES (1), (2)) AS t(a)) AS one')).toEqual([
      '用作值的子查询返回了多行；请对其聚合，或以 LIMIT 1 结尾',
      'a subquery used as a value gave more than one row; aggregate it, or end it with LIMIT 1',
    ])
    expect(await failed("SELECT CAST(a AS DOUBLE) AS d FROM (VALUES ('1'), ('0x1p3')) AS t(a)")).toEqual([
      '不支持读取十六进制浮点数文本',
      'reading hexadecimal floating-point text is not offered',
    ])
  }, 60_000)

  it.each(wanted)('by %j is %s: the rungs of the doctor, and who can mend what', async (headers, language) => {
    const { body } = await server.ask('examineQueue', { params: { queue_name: 'q1' }, body: { address: '192.168.0.1:5432' }, headers })
    expect(body.rungs).toEqual([
      { name: 'name', ok: true, ms: expect.any(Number), detail: expect.any(String), who: '', remedy: '' },
      { name: 'route', ok: false, ms: expect.any(Number), ...routeRung[language] },
    ])
  })

  it.each(wanted)('by %j is %s: what a check finds, parted from what to do', async (headers, language) => {
    const body = { name: 'sales', dest_vpc_id: 'v1', dest_network_id: 's1', hosts: [{ name: 'a b', ip: '192.168.0.1' }] }
    const { findings } = (await server.ask('checkConnection', { body, headers })).body
    expect(findings.map(({ field }: { field: string }) => field)).toEqual(['hosts', 'name', 'queues'])
    const taken = {
      chinese: { message: `连接 sales 已存在，其 ID 为 ${connection_id}`, remedy: '请更换名称，或使用已有的连接' },
      english: { message: `connection sales exists already, its id is ${connection_id}`, remedy: 'choose another name, or use that one' },
    }
    expect(findings[1]).toEqual({ severity: 'error', field: 'name', ...taken[language] })
    for (const { message, remedy } of findings)
      expect([message, remedy].map((words) => /\p{Script=Han}/u.test(words))).toEqual(
        language === 'chinese' ? [true, true] : [false, false],
      )
  })

  it('keeps the published words of a connectivity test, and says what was found behind them', async () => {
    const { task_id } = (await server.ask('createConnectionTest', { params: { queue_name: 'q1' }, body: { address: '[::1]:80' } })).body
    const read = async (headers: Readonly<Record<string, string>>) =>
      (await server.ask('getConnectionTest', { params: { queue_name: 'q1', task_id: String(task_id) }, headers })).body
    await expect.poll(async () => (await read({})).connectivity).toBe('UNREACHABLE')
    const published = `Get node connectivity status successfully for addressId:${task_id}: `
    expect((await read({ 'x-language': 'zh-cn' })).message).toBe(`${published}止于 route：队列的网络仅支持 IPv4；请测试 IPv4 地址或域名`)
    expect((await read({})).message).toBe(
      `${published}stopped at route: the networks of queues carry IPv4 alone; test the IPv4 address or the name`,
    )
  })

  it('is English in the log', () => {
    expect(server.log.length).toBeGreaterThan(20)
    expect(server.log.filter((line) => /\p{Script=Han}/u.test(line))).toEqual([])
  })
})
