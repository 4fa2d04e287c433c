// Tokens on the wire (IAM).

import { Type } from 'typebox'
import { members } from './envelope.ts'
import { operation } from './operation.ts'

const path = '/v3/auth/tokens'
const witness = 'a token is issued, validated, re-scoped and revoked'
const named = Type.Object({ id: Type.Optional(Type.String()), name: Type.Optional(Type.String()) })

const catalog = Type.Array(
  members({
    id: Type.String(),
    name: Type.String(),
    type: Type.String(),
    endpoints: Type.Array(
      members({ id: Type.String(), interface: Type.String(), region: Type.String(), region_id: Type.String(), url: Type.String() }),
    ),
  }),
)

const place = members({ id: Type.String(), name: Type.String() })

const tokenBody = members({
  token: members({
    expires_at: Type.String({ description: 'like 2019-02-13T06:52:13.855000Z' }),
    issued_at: Type.String(),
    methods: Type.Array(Type.String()),
    catalog: Type.Optional(catalog),
    roles: Type.Array(place),
    project: Type.Optional(members({ id: Type.String(), name: Type.String(), domain: place })),
    domain: Type.Optional(place),
    user: members({ id: Type.String(), name: Type.String(), password_expires_at: Type.String(), domain: place }),
  }),
})

const query = Type.Object({ nocatalog: Type.Optional(Type.String({ description: 'any value leaves the catalog out' })) })

/** `POST /v3/auth/tokens` */
const issueToken = operation({
  id: 'issueToken',
  noun: 'tokens',
  method: 'POST',
  path,
  summary: 'Sign in with a password, or re-scope a token; the new token is in the header X-Subject-Token.',
  action: 'iam:tokens:issue',
  needs: 'nobody',
  family: 'iam',
  query,
  headers: ['x-auth-token'],
  body: Type.Object({
    auth: Type.Object({
      identity: Type.Object({
        methods: Type.Array(Type.String({ description: 'password or token' })),
        password: Type.Optional(
          Type.Object({
            user: Type.Object({
              id: Type.Optional(Type.String()),
              name: Type.Optional(Type.String()),
              password: Type.String({ writeOnly: true }),
              domain: Type.Optional(named),
            }),
          }),
        ),
        token: Type.Optional(Type.Object({ id: Type.Optional(Type.String({ writeOnly: true })) })),
      }),
      scope: Type.Optional(
        Type.Object({
          project: Type.Optional(
            Type.Object({ id: Type.Optional(Type.String()), name: Type.Optional(Type.String()), domain: Type.Optional(named) }),
          ),
          domain: Type.Optional(named),
        }),
      ),
    }),
  }),
  response: { status: 201, schema: tokenBody, headers: { 'x-subject-token': 'the token itself, valid for 24 hours' } },
  fidelity: { state: 'partial', note: 'methods password and token; no agencies, no totp', witness },
})

/** `GET /v3/auth/tokens` */
const describeToken = operation({
  id: 'describeToken',
  noun: 'tokens',
  method: 'GET',
  path,
  summary: 'Validate the token named in X-Subject-Token.',
  action: 'iam:tokens:get',
  needs: 'identity',
  family: 'iam',
  query,
  headers: ['x-subject-token'],
  response: { status: 200, schema: tokenBody, headers: { 'x-subject-token': 'the token that was asked about' } },
  fidelity: { state: 'real', note: '', witness },
})

/** `HEAD /v3/auth/tokens` */
const checkToken = operation({
  id: 'checkToken',
  noun: 'tokens',
  method: 'HEAD',
  path,
  summary: 'Say whether the token named in X-Subject-Token is valid: 200 or 404.',
  action: 'iam:tokens:check',
  needs: 'identity',
  family: 'iam',
  headers: ['x-subject-token'],
  response: { status: 200 },
  fidelity: { state: 'real', note: '', witness },
})

/** `DELETE /v3/auth/tokens` */
const revokeToken = operation({
  id: 'revokeToken',
  noun: 'tokens',
  method: 'DELETE',
  path,
  summary: 'Revoke the token named in X-Subject-Token.',
  action: 'iam:tokens:revoke',
  needs: 'identity',
  family: 'iam',
  headers: ['x-subject-token'],
  response: { status: 204 },
  fidelity: { state: 'real', note: '', witness },
})

/** `GET /v3/auth/catalog` */
const getCatalog = operation({
  id: 'getCatalog',
  noun: 'tokens',
  method: 'GET',
  path: '/v3/auth/catalog',
  summary: 'List the services and their addresses.',
  action: 'iam:catalog:get',
  needs: 'identity',
  family: 'iam',
  response: {
    status: 200,
    schema: members({ catalog, links: members({ self: Type.String(), next: Type.Null(), previous: Type.Null() }) }),
  },
  fidelity: { state: 'real', note: '', witness: 'projects, domains and the catalog are found' },
})

/** Operations of tokens, by id. */
export const tokenOperations = { issueToken, describeToken, checkToken, revokeToken, getCatalog }
