// The published error codes and the shapes they travel in, as data.

import { Type } from 'typebox'

/** One published code. `statuses` are those that may come with it. */
export interface ErrorCode {
  readonly code: string
  readonly statuses: readonly number[]
  readonly meaning: string
}

/** Every code that this service answers with. */
export const errorCodes = [
  { code: 'APIGW.0101', statuses: [404, 405], meaning: 'no such call' },
  { code: 'APIGW.0301', statuses: [401], meaning: 'the token or the signature was rejected' },
  { code: 'APIGW.0308', statuses: [429], meaning: 'too many requests' },
  { code: 'DLI.0001', statuses: [400, 413], meaning: 'a parameter is missing, malformed or out of range' },
  { code: 'DLI.0002', statuses: [400, 404], meaning: 'a referenced object does not exist' },
  { code: 'DLI.0003', statuses: [403], meaning: 'permission is missing' },
  { code: 'DLI.0004', statuses: [400], meaning: 'SQL syntax error' },
  { code: 'DLI.0005', statuses: [400], meaning: 'SQL semantic error' },
  { code: 'DLI.0006', statuses: [400, 409], meaning: 'the object exists already, or is in use' },
  { code: 'DLI.0007', statuses: [400, 501], meaning: 'the operation is not supported' },
  { code: 'DLI.0012', statuses: [400], meaning: 'the resource is not ready' },
  { code: 'DLI.0023', statuses: [404], meaning: 'the requested resource does not exist' },
  { code: 'DLI.0100', statuses: [400], meaning: 'the result has expired' },
  {
    code: 'DLI.0999',
    statuses: [400, 500, 503],
    meaning: 'a failure inside the service, or of something it needs; with 400, a plan whose times cannot be met',
  },
  { code: 'DLI.1028', statuses: [400], meaning: 'a quota or limit is used up' },
  { code: 'VPC.0003', statuses: [404], meaning: 'the requested resource of the VPC service does not exist' },
  { code: 'VPC.0101', statuses: [400], meaning: 'VPC: a parameter is wrong' },
  { code: 'VPC.0104', statuses: [409], meaning: 'VPC: in use, or an id that is taken' },
  { code: 'VPC.0105', statuses: [404], meaning: 'the VPC does not exist' },
  { code: 'VPC.0114', statuses: [409], meaning: 'VPC: a quota is used up' },
  { code: 'VPC.0115', statuses: [400], meaning: 'VPC: the name is taken' },
  { code: 'VPC.0117', statuses: [400], meaning: 'VPC: the range does not hold its subnets' },
  { code: 'VPC.0120', statuses: [409], meaning: 'VPC: there are custom routes' },
  { code: 'VPC.0201', statuses: [400], meaning: 'subnet: a parameter is wrong' },
  { code: 'VPC.0202', statuses: [404], meaning: 'the subnet does not exist' },
  { code: 'VPC.0203', statuses: [400], meaning: 'subnet: outside the VPC' },
  { code: 'VPC.0204', statuses: [400], meaning: 'subnet: overlaps another one' },
  { code: 'VPC.0207', statuses: [400], meaning: 'subnet: of another VPC' },
  { code: 'VPC.0208', statuses: [409], meaning: 'the subnet is in use' },
  { code: 'VPC.0212', statuses: [400], meaning: 'subnet: the range is wrong' },
  { code: 'VPC.0601', statuses: [400], meaning: 'security group: a parameter is wrong' },
  { code: 'VPC.0602', statuses: [409], meaning: 'the security group is in use' },
  { code: 'VPC.0603', statuses: [404], meaning: 'the security group does not exist' },
  { code: 'VPC.0604', statuses: [409], meaning: 'security group: a quota is used up' },
  { code: 'VPC.2201', statuses: [403], meaning: 'VPC: permission is missing' },
  { code: 'VPC.0009', statuses: [500, 501, 503], meaning: 'VPC: the service could not do it' },
] as const satisfies readonly ErrorCode[]

/** A code of {@link errorCodes}. */
export type PublishedCode = (typeof errorCodes)[number]['code']

/** DLI's envelope, and that of the VPC service's v3 and of our own calls. */
export const dliError = Type.Object({ error_code: Type.String(), error_msg: Type.String(), request_id: Type.Optional(Type.String()) })
/** IAM's envelope. */
export const iamError = Type.Object({ error: Type.Object({ code: Type.Integer(), message: Type.String(), title: Type.String() }) })
/** The envelope of the VPC service's v1. */
export const vpcError = Type.Object({ code: Type.String(), message: Type.String() })
