// Connectivity tests survive kill -9: the server that comes back ends what the dead one began.

import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { Api, textOf } from '../../examples/quickstart/api.ts'
import { startTributary } from '../servers/tributary.ts'

/** A resolver that is asked and never answers: a test that waits for it is under way for 2 s. */
async function muteResolver(): Promise<{ readonly port: number; readonly asked: Promise<unknown> }> {
  const resolver = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1')
  await once(resolver, 'listening')
  onTestFinished(() => void resolver.close())
  return { port: (resolver.address() as AddressInfo).port, asked: once(resolver, 'connection') }
}

it('a connectivity test that was under way at kill -9 ends after the restart', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-e2e-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const resolver = await muteResolver()
  const before = await startTributary({ dataDir })
  const { projectId } = before.account
  const api = await Api.signIn(before)
  await api.put('/tributary/v1/networks', {
    vpcs: [{ id: 'v1', project_id: projectId, name: 'prod', cidr: '192.168.0.0/16' }],
    subnets: [{ id: 's1', vpc_id: 'v1', name: 'db', cidr: '192.168.0.0/24' }],
  })
  const map = [{ from: '192.168.0.2:53', to: `127.0.0.1:${resolver.port}` }]
  await api.put(`/tributary/v1/projects/${projectId}/vpcs/v1/gateway`, {
    kind: 'map',
    ranges: ['127.0.0.1/32'],
    map,
    dns: '192.168.0.2:53',
  })
  await api.post(`/v1.0/${projectId}/queues`, { queue_name: 'q1', cu_count: 16, resource_mode: 1 })
  const draft = { name: 'c1', dest_vpc_id: 'v1', dest_network_id: 's1', queues: ['q1'] }
  await api.post(`/v2.0/${projectId}/datasource/enhanced-connections`, draft)
  const tests = `/v1.0/${projectId}/queues/q1/connection-test`
  const begun = await api.post(tests, { address: 'slow.example.com:5432' })
  const path = `${tests}/${String(begun['task_id'])}`
  await resolver.asked
  expect(textOf(await api.get(path), 'connectivity')).toBe('')
  await before.kill()
  const after = await startTributary({ dataDir })
  onTestFinished(() => after[Symbol.asyncDispose]())
  const again = await Api.signIn(after)
  await expect.poll(async () => textOf(await again.get(path), 'connectivity'), { timeout: 20_000 }).toBe('UNREACHABLE')
  expect(textOf(await again.get(path), 'message')).toMatch(/stopped at name: unknown host slow\.example\.com/)
}, 60_000)
