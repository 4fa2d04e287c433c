// The API as an OpenAPI 3.1 document, written from the operations.

import type { TObject, TSchema } from 'typebox'
import { dliError, iamError, vpcError } from './errors.ts'
import { type ErrorFamily, isOwnExtension, type Operation, parameterNames } from './operation.ts'
import { allOperations } from './operations.ts'

/** An OpenAPI document, plain JSON. */
export type OpenApiDocument = Readonly<Record<string, unknown>>

const errorSchemas: Readonly<Record<ErrorFamily, string>> = {
  dli: 'DliError',
  tributary: 'DliError',
  vpc3: 'DliError',
  iam: 'IamError',
  vpc: 'VpcError',
}

/**
 * Writes the document.
 * @param version - of this service
 * @param serverUrl - where it is served; relative by default
 * @see OpenAPI 3.1.1
 */
export function openApiDocument(version: string, serverUrl = '/'): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const operation of allOperations) {
    operation.paths.forEach((path, index) => {
      paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(operation, path, index) }
    })
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Tributary',
      version,
      description: 'Queues, datasource connections and cross-source SQL by the DLI API, with the IAM and VPC calls around them.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: serverUrl }],
    tags: [...new Set(allOperations.map(({ noun }) => noun))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { DliError: plain(dliError), IamError: plain(iamError), VpcError: plain(vpcError) },
      securitySchemes: {
        token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token', description: 'a token of POST /v3/auth/tokens' },
        signature: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: 'SDK-HMAC-SHA256 with an access key, and the header X-Sdk-Date',
        },
      },
    },
  }
}

function describe(operation: Operation, path: string, index: number): Record<string, unknown> {
  const { id, noun, summary, action, needs, fidelity, body, family, response } = operation
  return {
    operationId: index === 0 ? id : `${id}_${path.split('/')[1]?.replaceAll('.', '_')}${index}`,
    tags: [noun],
    summary,
    description: `Action ${action}; needs ${needs}. ${fidelity.state === 'real' ? 'Real.' : `Partial: ${fidelity.note}.`}`,
    security: needs === 'nobody' || needs === 'loopback' ? [] : [{ token: [] }, { signature: [] }],
    parameters: [...pathParameters(operation, path), ...queryParameters(operation.query), ...headerParameters(operation)],
    ...(body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: plain(body) } } } }),
    responses: {
      [String(response.status)]: {
        description: response.status === 204 ? 'done' : 'the answer',
        headers: Object.fromEntries(
          Object.entries({ 'X-Request-Id': 'names this request in the log', ...response.headers }).map(([name, description]) => [
            name,
            { description, schema: { type: 'string' } },
          ]),
        ),
        ...(response.schema === undefined
          ? {}
          : { content: { [response.contentType ?? 'application/json']: { schema: plain(response.schema) } } }),
      },
      default: {
        description: 'an error',
        content: { 'application/json': { schema: { $ref: `#/components/schemas/${errorSchemas[family]}` } } },
      },
    },
    ...(isOwnExtension(operation) ? { 'x-extension': true } : {}),
    'x-action': action,
    'x-needs': needs,
    'x-fidelity': fidelity,
  }
}

function pathParameters(operation: Operation, path: string): readonly unknown[] {
  return parameterNames(path).map((name) => parameter(name, 'path', operation.params.properties[name], true))
}

function queryParameters(query: TObject): readonly unknown[] {
  return Object.entries(query.properties).map(([name, schema]) => parameter(name, 'query', schema, false))
}

function headerParameters(operation: Operation): readonly unknown[] {
  return operation.headers.map((name) => ({ name, in: 'header', required: false, schema: { type: 'string' } }))
}

function parameter(name: string, place: 'path' | 'query', schema: TSchema | undefined, required: boolean): unknown {
  const { description, ...rest } = plain(schema) as { description?: string }
  return { name, in: place, required, ...(description === undefined ? {} : { description }), schema: rest }
}

/** TypeBox schemas are JSON Schema already; this drops what only the library sees. */
function plain(schema: TSchema | undefined): Record<string, unknown> {
  return JSON.parse(JSON.stringify(schema ?? { type: 'string' })) as Record<string, unknown>
}
