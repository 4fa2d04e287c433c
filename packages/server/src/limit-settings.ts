// The settings that bound what callers may send, hold open and ask for at once. Defaults are far above what clients of the published API do.

import { Type } from 'typebox'
import { setting } from './setting.ts'

const atLeastOne = Type.Integer({ minimum: 1 })

/** Settings of limits, by the name under which the code knows them. */
export const limitSettings = {
  maxBodyBytes: setting({
    name: 'max-body',
    schema: atLeastOne,
    unit: 'bytes',
    default: 12_582_912,
    group: 'limits',
    sentence: 'Largest body of a request; a larger one is answered 413.',
  }),
  maxBodyMemoryBytes: setting({
    name: 'max-body-memory',
    schema: atLeastOne,
    unit: 'bytes',
    group: 'limits',
    sentence:
      'Largest sum of the bodies of all requests in flight; what does not fit is answered 503 with Retry-After. Not set: 192 MiB, in a container of less than 736 MiB a third of what it has beyond 160 MiB.',
  }),
  maxHeaderBytes: setting({
    name: 'max-headers',
    schema: Type.Integer({ minimum: 1024 }),
    unit: 'bytes',
    default: 16_384,
    group: 'limits',
    sentence: 'Largest request line and headers together; larger ones are answered 431.',
  }),
  maxUrlCharacters: setting({
    name: 'max-url',
    schema: Type.Integer({ minimum: 64 }),
    unit: 'characters',
    default: 8192,
    group: 'limits',
    sentence: 'Longest path and query; a longer one is answered 414.',
  }),
  headerTimeoutSeconds: setting({
    name: 'header-timeout',
    schema: atLeastOne,
    unit: 'seconds',
    default: 20,
    group: 'limits',
    sentence: 'How long the headers of a request, or a TLS handshake, may take to arrive; slower senders are cut off.',
  }),
  requestTimeoutSeconds: setting({
    name: 'request-timeout',
    schema: atLeastOne,
    unit: 'seconds',
    default: 120,
    group: 'limits',
    sentence: 'How long a request with its body may take to arrive; slower senders are cut off.',
  }),
  keepAliveSeconds: setting({
    name: 'keep-alive',
    schema: atLeastOne,
    unit: 'seconds',
    default: 72,
    group: 'limits',
    sentence: 'How long a connection may stay open without a request.',
  }),
  maxConnections: setting({
    name: 'max-connections',
    schema: atLeastOne,
    default: 10_000,
    group: 'limits',
    sentence: 'Most connections of callers, as far as the limit of open files allows them; further ones are let go.',
  }),
  maxRequests: setting({
    name: 'max-requests',
    schema: atLeastOne,
    default: 2000,
    group: 'limits',
    sentence: 'Most requests in flight at once; further ones are answered 503 with Retry-After. Health and metrics are answered always.',
  }),
  maxCallerRequests: setting({
    name: 'max-caller-requests',
    schema: atLeastOne,
    default: 1000,
    group: 'limits',
    sentence: 'Most requests in flight of one user in one project; further ones are answered 429 with Retry-After.',
  }),
  callerRate: setting({
    name: 'caller-rate',
    schema: atLeastOne,
    unit: 'requests a second',
    default: 50_000,
    group: 'limits',
    sentence: 'Requests of one user in one project, ten seconds of which may come at once; further ones are answered 429 with Retry-After.',
  }),
  maxSignIns: setting({
    name: 'max-sign-ins',
    schema: atLeastOne,
    default: 100,
    group: 'limits',
    sentence: 'Most sign-ins in flight from one address; further ones are answered 429 with Retry-After.',
  }),
} as const
