// What an engine child of a real server could read of the data directory, asked of the system: the child's user tries every file and directory there.

import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { signIn } from '../durability/stage.ts'
import { sampleAccount, startTributary, type TributaryServer } from '../servers/tributary.ts'

const isPossible = process.getuid?.() === 0 && spawnSync('setpriv', ['--reuid', '60706', '--clear-groups', 'true']).status === 0
const why = isPossible ? '' : ' (needs root on Linux)'
const project = sampleAccount.projectId
const canary = 'canary-4711-statement'

/** Calls the server as its administrator. */
async function callerOf({
  endpoint,
}: TributaryServer): Promise<(method: string, path: string, body?: object) => Promise<Record<string, unknown>>> {
  const headers = { 'X-Auth-Token': await signIn(endpoint), 'Content-Type': 'application/json' }
  return async (method, path, body) => {
    const answer = await fetch(`${endpoint}/v1.0/${project}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return (await answer.json()) as Record<string, unknown>
  }
}

/** Pids of the engine children that a server has. */
function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
}

describe.skipIf(!isPossible)(`the data directory${why}`, () => {
  let server: TributaryServer
  let uid = 0
  let berth = ''

  beforeAll(async () => {
    server = await startTributary({ args: ['--warm-spare=false'] })
    const call = await callerOf(server)
    const { job_id } = await call('POST', '/jobs/submit-job', { sql: `SELECT '${canary}' AS canary`, queue_name: 'default' })
    const read = async (): Promise<string> => {
      const preview = JSON.stringify(await call('GET', `/jobs/${String(job_id)}/preview`))
      if (!preview.includes(canary)) throw new Error(preview)
      return preview
    }
    await vi.waitFor(read, { timeout: 20_000, interval: 100 })
    writeFileSync(join(server.dataDir, 'jobs', 'planted'), canary)
    const [child = 0] = childrenOf(server.pid)
    uid = Number(/^Uid:\t(\d+)/m.exec(readFileSync(`/proc/${child}/status`, 'utf8'))?.[1])
    berth = /--allow-fs-write=([^\0]*engine-[^\0/]*)/.exec(readFileSync(`/proc/${child}/cmdline`, 'latin1'))?.[1] ?? ''
  }, 60_000)
  afterAll(() => server[Symbol.asyncDispose]())

  it('belongs to the server, and its children run as somebody else', () => {
    expect(uid).toBeGreaterThanOrEqual(60_706)
    expect(berth).toContain(server.dataDir)
  })

  it('shows nothing of itself to a child, its berth and compiled code aside', () => {
    const paths = readdirSync(server.dataDir, { recursive: true, withFileTypes: true })
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.startsWith(berth) && !path.startsWith(join(server.dataDir, 'scratch', 'compiled')))
    expect(paths.length).toBeGreaterThan(6)
    expect(paths.filter((path) => /sealing\.key$|tributary\.db$/.test(path))).toHaveLength(2)
    const script = `for path in "$@"; do { [ -r "$path" ] || [ -w "$path" ]; } && echo "$path"; done; true`
    const asChild = ['--reuid', `${uid}`, '--regid', '60706', '--clear-groups', '/bin/sh', '-c', script, 'sh', server.dataDir, ...paths]
    const open = execFileSync('setpriv', asChild, { encoding: 'utf8' })
    expect(open).toBe('')
  })

  it('lets a child into its berth', () => {
    const asChild = ['--reuid', `${uid}`, '--regid', '60706', '--clear-groups', 'ls', join(berth, 'output')]
    expect(spawnSync('setpriv', asChild).status).toBe(0)
  })
})
