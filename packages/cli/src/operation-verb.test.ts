// Verbs made from operations: names, places of members, and what is sent, heard by a server of its own.

import { createServer, type IncomingMessage, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { allOperations, operations } from '@tributary/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everyNoun, everyVerb } from './commands/every-verb.ts'
import { membersOf } from './operation-members.ts'
import { wordsByRule, wordsOf } from './operation-names.ts'
import { runCommandLine } from './run.ts'
import { flagsOf, nounOf } from './verb.ts'

describe('words of operations', () => {
  it('follow the rule, or are chosen', () => {
    expect(wordsByRule({ id: 'createQueuePlan', noun: 'queue-plans' })).toBe('queue-plan create')
    expect(wordsByRule({ id: 'listSecurityGroupsV3', noun: 'security-groups' })).toBe('security-group list-v3')
    expect(wordsOf('associateQueue')).toBe('connection bind')
  })

  it('are words of their own', () => {
    const words = everyVerb.map((verb) => verb.words)
    expect(new Set(words).size).toBe(words.length)
    const nouns = new Set(everyNoun.map(({ name }) => name))
    expect(everyVerb.filter((verb) => nounOf(verb) !== '' && !nouns.has(nounOf(verb)))).toEqual([])
  })

  it('leave no operation out', () => {
    const covered = new Set<string>(everyVerb.flatMap((verb) => verb.operations))
    expect(allOperations.length).toBeGreaterThan(100)
    expect(allOperations.filter(({ id }) => !covered.has(id)).map(({ id }) => id)).toEqual([])
  })
})

describe('members', () => {
  it('have a flag for each, and none for what a session knows', () => {
    for (const operation of allOperations) {
      const flags = membersOf(operation).map(({ flag }) => flag)
      expect(new Set(flags).size, operation.id).toBe(flags.length)
      for (const flag of flags) expect(flag, operation.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    }
    expect(membersOf(operations.getQueue).map(({ name }) => name)).toEqual(['queue_name'])
  })

  it('do not meet the flags of every command', () => {
    for (const verb of everyVerb) {
      const names = flagsOf(verb).map(({ name }) => name)
      expect(new Set(names).size, verb.words).toBe(names.length)
    }
  })

  it('never take a secret as it is', () => {
    const secrets = allOperations.flatMap((operation) => membersOf(operation)).filter(({ kind }) => kind === 'secret')
    expect(secrets.length).toBeGreaterThan(8)
    for (const { flag } of secrets) expect(flag).toMatch(/-from$/)
    const named = everyVerb.flatMap((verb) => verb.flags.map(({ name, kind }) => ({ verb: verb.words, name, kind })))
    expect(named.filter(({ name, kind }) => /password$|secret|(^|-)token$/.test(name) && kind !== 'secret')).toEqual([])
  })
})

describe('what is sent', () => {
  let server: Server
  let endpoint: string
  let heard: { readonly method: string; readonly url: string; readonly headers: IncomingMessage['headers']; readonly body: string }[] = []

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        heard.push({
          method: request.method ?? '',
          url: request.url ?? '',
          headers: request.headers,
          body: Buffer.concat(chunks).toString(),
        })
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"is_success":true,"message":"","queue_name":"q"}')
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server.close())

  async function send(args: readonly string[], input = ''): Promise<{ code: number; stdout: string; stderr: string }> {
    heard = []
    let [stdout, stderr] = ['', '']
    const code = await runCommandLine(args, {
      stdin: Readable.from([input]),
      out: (text) => void (stdout += text),
      err: (text) => void (stderr += text),
      isTTY: { stdin: false, stdout: false, stderr: false },
      env: { TRIBUTARY_ENDPOINT: endpoint, TRIBUTARY_DATA_DIR: fixture, S: 'from-a-variable' },
      cwd: '.',
      signal: new AbortController().signal,
    })
    return { code, stdout, stderr }
  }

  const fixture = new URL('./sample-credentials/', import.meta.url).pathname

  it('puts every kind of value in its place', async () => {
    const line = ['queue', 'create', 'q', '--cu', '16', '--tags', 'a=1,b=x=y', '--labels', 'l1,l2', '--properties', 'p=1']
    expect(await send(line)).toEqual({ code: 0, stdout: 'queue q created\n', stderr: '' })
    expect(heard).toHaveLength(1)
    expect(heard[0]).toMatchObject({ method: 'POST', url: '/v1.0/project-1/queues' })
    expect(heard[0]?.headers['authorization']).toMatch(
      /^SDK-HMAC-SHA256 Access=SAMPLEKEY, SignedHeaders=host;x-sdk-date, Signature=[0-9a-f]{64}$/,
    )
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual({
      queue_name: 'q',
      cu_count: 16,
      resource_mode: 1,
      labels: ['l1', 'l2'],
      tags: [
        { key: 'a', value: '1' },
        { key: 'b', value: 'x=y' },
      ],
      properties: { p: '1' },
    })
  })

  it('opens the one object of a body, and lets flags win over --body', async () => {
    await send(['vpc', 'create', 'net', '--body', '{"vpc":{"name":"other","cidr":"10.0.0.0/16"}}'])
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual({ vpc: { name: 'net', cidr: '10.0.0.0/16' } })
  })

  it('reads secrets from a variable and from standard input, and prints none', async () => {
    const line = ['auth-info', 'create', 'a', '--user', 'u', '--calls', '--password-from']
    const [one, two] = [await send([...line, 'env:S']), await send([...line, 'stdin'], 'from-input\n')]
    expect(JSON.parse(heard[0]?.body ?? '')).toMatchObject({ password: 'from-input', datasource_type: 'passwd' })
    expect(JSON.stringify([one, two])).not.toMatch(/from-a-variable|from-input/)
  })

  it('sends nothing when the line is wrong', async () => {
    const lines = [
      ['queue', 'create', 'q'],
      ['queue', 'create', 'q', '--cu', '16', '--body', '{'],
      ['queue', 'create', 'q', '--cu', '16', '--tags', 'novalue'],
      ['auth-info', 'create', 'a', '--user', 'u'],
      ['auth-info', 'create', 'a', '--body', '{"password":"x"}'],
    ]
    for (const line of lines) {
      expect((await send(line)).code, line.join(' ')).toBe(2)
      expect(heard).toEqual([])
    }
  })

  it('prints the answer as JSON, and each call when asked', async () => {
    const { stdout, stderr } = await send(['queue', 'get', 'a/b', '--json', '--calls'])
    expect(JSON.parse(stdout)).toMatchObject({ queue_name: 'q' })
    expect(stderr).toMatch(/^GET {4}\/v1\.0\/project-1\/queues\/a%2Fb {2}200 {2}\d+ ms\n$/)
  })

  it('knows the operation behind every verb that is made from one', () => {
    for (const verb of everyVerb) for (const id of verb.operations) expect(operations[id].id).toBe(id)
  })
})
