// The baseline of `http` and `start`, a process of its own: Fastify without any of ours, answering every GET with one file's bytes.

import { readFileSync } from 'node:fs'
import { fastify } from 'fastify'

const body = readFileSync(process.argv[2] as string, 'utf8')
const app = fastify()
app.get('/*', (_request, reply) => reply.header('content-type', 'application/json').send(body))
// Standard input is a pipe from who started this: when it closes, on purpose or because that process died, this one ends.
process.stdin.resume().once('close', () => process.exit(0))
console.log(`Bare Fastify is ready at ${await app.listen({ host: '127.0.0.1', port: 0 })}`)
