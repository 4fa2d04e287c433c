// The door of the room: what callers see.

export { publishedAsOf } from '../reference/operations.ts'
export { ApiError, type Client, type ClientOptions, createClient, type InputOf, type SignIn, signIn } from './client.ts'
export { type ErrorCode, errorCodes, type PublishedCode } from './errors.ts'
export { absentOperations, type FidelityEntry, fidelityLedger, type PublishedOperation } from './fidelity.ts'
export { networksBody } from './networks.ts'
export { type OpenApiDocument, openApiDocument } from './openapi.ts'
export {
  type ActionName,
  type Answer,
  type BodyOf,
  type ErrorFamily,
  type Fidelity,
  isOwnExtension,
  type Method,
  type Needs,
  type Operation,
  type ParamsOf,
  parameterNames,
  type QueryOf,
  type ResultOf,
  type Role,
} from './operation.ts'
export { allOperations, type OperationId, operations } from './operations.ts'
