// Our side of `relay`, a process of its own: a relay from one port to the source, for the process that started it.

import { openRelay } from '@tributary/fabric'
import { QueueDialer } from '@tributary/fabric/dial'
import { networkTo } from '../servers/sources.ts'

const port = Number(process.argv[2])
const stop = new AbortController()
process.stdin.resume().once('close', () => process.exit(0))
const relay = await openRelay({
  listen: { host: '127.0.0.1', port: 0 },
  target: { host: '10.71.0.5', port: 5432 },
  dial: new QueueDialer(networkTo([{ port }])).dial,
  expect: { host: '127.0.0.1', processId: process.ppid },
  signal: stop.signal,
})
console.log(`listening on ${relay.endpoint.port}`)
