// What the installation says of itself: health, version, fidelity, its own description, metrics.

import { Type } from 'typebox'
import { answer, members } from './envelope.ts'
import { operation } from './operation.ts'

/** `GET /livez` */
const livez = operation({
  id: 'livez',
  noun: 'system',
  method: 'GET',
  path: '/livez',
  summary: 'Say that the process is alive.',
  action: 'tributary:system:livez',
  needs: 'nobody',
  family: 'tributary',
  response: { status: 200, schema: members({ status: Type.String() }) },
  fidelity: { state: 'real', note: '', witness: 'the installation tells of itself without a caller' },
})

/** `GET /readyz` */
const readyz = operation({
  id: 'readyz',
  noun: 'system',
  method: 'GET',
  path: '/readyz',
  summary: 'Say whether requests are served: 503 while the server drains, or while the disk takes no writes.',
  action: 'tributary:system:readyz',
  needs: 'nobody',
  family: 'tributary',
  response: { status: 200, schema: members({ status: Type.String() }) },
  fidelity: { state: 'real', note: '', witness: 'the installation tells of itself without a caller' },
})

/** `GET /tributary/v1/info` */
const getInfo = operation({
  id: 'getInfo',
  noun: 'system',
  method: 'GET',
  path: '/tributary/v1/info',
  summary: 'Name the version, the timing and what carries packets and SQL.',
  action: 'tributary:system:info',
  needs: 'nobody',
  family: 'tributary',
  response: {
    status: 200,
    schema: answer({
      version: Type.String(),
      timing: Type.String(),
      clock_advance_ms: Type.Integer({ description: 'how far the clock of timing and scheduled plans is ahead of the real one' }),
      drivers: Type.Array(Type.String()),
      engines: Type.Array(Type.String()),
    }),
  },
  fidelity: { state: 'real', note: '', witness: 'the installation tells of itself without a caller' },
})

/** `GET /tributary/v1/fidelity` */
const listFidelity = operation({
  id: 'listFidelity',
  noun: 'system',
  method: 'GET',
  path: '/tributary/v1/fidelity',
  summary: 'List every operation, published or our own, as real, partial or absent, with the test that shows it.',
  action: 'tributary:system:fidelity',
  needs: 'nobody',
  family: 'tributary',
  response: {
    status: 200,
    schema: answer({
      operations: Type.Array(
        members({
          method: Type.String(),
          path: Type.String(),
          state: Type.String({ description: 'real, partial or absent' }),
          note: Type.String(),
          witness: Type.String({ description: 'name of a test, empty when absent' }),
        }),
      ),
    }),
  },
  fidelity: { state: 'real', note: '', witness: 'the installation tells of itself without a caller' },
})

/** `GET /openapi.json` */
const getOpenApi = operation({
  id: 'getOpenApi',
  noun: 'system',
  method: 'GET',
  path: '/openapi.json',
  summary: 'The API as an OpenAPI 3.1 document.',
  action: 'tributary:system:openapi',
  needs: 'nobody',
  family: 'tributary',
  response: { status: 200, schema: Type.Object({}, { additionalProperties: true }) },
  fidelity: { state: 'real', note: '', witness: 'the installation tells of itself without a caller' },
})

/** `GET /metrics` */
const getMetrics = operation({
  id: 'getMetrics',
  noun: 'system',
  method: 'GET',
  path: '/metrics',
  summary: 'Counters in the Prometheus text format: open on the machine itself, elsewhere to any signed-in caller. No tenant names.',
  action: 'tributary:system:metrics',
  needs: 'loopback',
  family: 'tributary',
  response: { status: 200, schema: Type.String(), contentType: 'text/plain; version=0.0.4; charset=utf-8' },
  fidelity: { state: 'real', note: '', witness: 'metrics count requests by operation and name no tenant' },
})

/** Operations of system, by id. */
export const systemOperations = { livez, readyz, getInfo, listFidelity, getOpenApi, getMetrics }
