// The door of the room: what is true, as pure functions and values.

export {
  type AuthInfo,
  type AuthInfoChanges,
  type AuthInfoDraft,
  type AuthInfoParts,
  type AuthInfoSecrets,
  type AuthInfoType,
  checkAuthInfoDraft,
  checkNewAuthInfo,
  noAuthInfo,
  updateAuthInfo,
} from './auth-info.ts'
export {
  checkClassicConnectionDraft,
  checkNewClassicConnection,
  type ClassicAddress,
  type ClassicBinding,
  type ClassicConnection,
  type ClassicConnectionDraft,
  type ClassicConnectionParts,
  type ClassicConnectionState,
  classicName,
  type ClassicService,
  classicServiceOf,
  noClassicConnection,
} from './classic-connection.ts'
export { aheadAt, checkAdvance, checkRemoveConnection, type ClockAdvance, queueWaitMs, type Timing } from './clock.ts'
export {
  type Column,
  type ColumnType,
  formatColumnType,
  isColumnType,
  declaredType,
  parseColumnType,
  parseValueType,
  sourceColumn,
  type ResultColumn,
  type StructField,
  type ValueType,
} from './column.ts'
export { composeNetwork, fillHosts, type NetworkDraft, type NetworkParts, type PeeringDraft } from './compose-network.ts'
export {
  checkConnectionDraft,
  checkNewConnection,
  type Connection,
  type ConnectionDraft,
  type ConnectionParts,
  type ConnectionState,
  connectionStateOf,
  mostHosts,
  noConnection,
} from './connection.ts'
export {
  adviceIn,
  type ConnectionField,
  type ConnectionFinding,
  errorFinding,
  findDraftFaults,
  findHostWarnings,
} from './connection-check.ts'
export {
  checkNewRoute,
  checkRouteDraft,
  type ConnectionRouteDraft,
  type ConnectionRouteParts,
  mostRoutes,
  noRoute,
} from './connection-route.ts'
export {
  type ConnectionTest,
  type Connectivity,
  judgeTestAddress,
  longestTestMs,
  noConnectionTest,
  parseTestAddress,
  reachable,
  type TestAddress,
  testBegun,
  type TestEnd,
  testFound,
  testNumberOf,
  unreachable,
} from './connection-test.ts'
export {
  type Crossing,
  type CrossingState,
  longestCrossingText,
  mostCrossingNotes,
  settledCrossings,
  shortCrossingText,
} from './crossing.ts'
export { type Breaker, type BreakerEvent, type BreakerLimits, closedBreaker, mayEnter, stepBreaker } from './breaker.ts'
export { findWay, type SourceWay } from './source-way.ts'
export { checkDropDatabase, checkNewDatabase, type Database, databaseNameOf, defaultDatabase, noDatabase } from './database.ts'
export { checkDoctorDraft, type DoctorDraft, type DoctorQuestion, type DoctorSession, type DoctorTls } from './doctor.ts'
export { type Endpoint, endpointOf, formatEndpoint, parseEndpoint } from './endpoint.ts'
export { type ErrorDetails, type ErrorKind, type Reason, ServiceError, type Subject, textOf } from './errors.ts'
export { checkGateway, type Gateway, type GatewayDraft, type GatewayKind, type GatewayMapping, gatewayLimits } from './gateway.ts'
export { checkNewKey, mostKeys } from './access-key.ts'
export {
  type AuthInfoPrivilege,
  changeObjectGrant,
  checkObjectPrivilege,
  type GrantObject,
  grantObjectOf,
  type ObjectGrant,
} from './object-grant.ts'
export { allotCu, type CuClaim, type CuShares, policiesForSize } from './allot-cu.ts'
export { checkAllowedAddress } from './auth-info-address.ts'
export { privilegesOn } from './object-grant.ts'
export { type Owned, ownedBy, owns } from './ownership.ts'
export { checkQuota, type Quota, type QuotaKind, quotaKinds, quotaOf, type UsedQuota, usedQuota, usualQuota } from './quota.ts'
export { checkNewProject, noProject, projectPartsOf } from './project.ts'
export { checkNewUser, checkPassword, noUser, type UserDraft, type UserParts, userPartsOf } from './user.ts'
export { addFailure, type Failures, isLockedOut, lockedMs, mostFailures } from './lock-out.ts'
export { type HostEntry, isHostName } from './host.ts'
export { type HostsJson, hostsJson, readPlainHosts } from './hosts-json.ts'
export { readTimeZone, type TimeZone, utc } from './time-zone.ts'
export { checkIdempotencyKey, checkRepeat, idempotencyKeyTtlMs } from './idempotency-key.ts'
export {
  administers,
  type Caller,
  checkAdministrator,
  checkEntry,
  checkOwner,
  type Domain,
  getRole,
  grantableRoles,
  type Identity,
  includesRole,
  type Project,
  rejectedCredential,
  type Role,
  type User,
  type UserProfile,
} from './identity.ts'
export type {
  AuthInfoId,
  ConnectionId,
  ConnectionTestId,
  DatabaseId,
  DomainId,
  Id,
  JobId,
  PeerId,
  PoolId,
  ProjectId,
  QueueId,
  RouteTableId,
  SecurityGroupId,
  SecurityGroupRuleId,
  SubnetId,
  TableId,
  UserId,
  VpcId,
} from './ids.ts'
export {
  commonInterval,
  countsMonths,
  fieldsOfInterval,
  formatInterval,
  type IntervalField,
  intervalFields,
  intervalMarks,
  type IntervalType,
  intervalUnits,
} from './interval.ts'
export { blockOf, type Cidr, cidrOf, contains, covers, formatCidr, formatIpv4, overlaps, parseCidr, parseIpv4 } from './ipv4.ts'
export {
  checkExport,
  checkExportedColumns,
  type ExportDraft,
  type ExportEncoding,
  exportExists,
  exportFileName,
  type ExportFormat,
  type ExportOrder,
  type ExportPlace,
  exportStatement,
  parseExportPlace,
} from './export.ts'
export {
  badRecordsFolder,
  checkImport,
  type ImportDraft,
  type ImportFormat,
  type ImportOrder,
  importStatement,
  maxRecordBytes,
  noImportFiles,
} from './import.ts'
export { checkJobFilter, type JobFilter, type JobFilterDraft, type JobOrder, maxStatementPart } from './job-filter.ts'
export {
  checkCancel,
  checkJobEngine,
  checkJobTags,
  checkPreview,
  checkResult,
  checkResultPage,
  checkResultReader,
  checkQueueRunsSql,
  checkStatementText,
  isFinal,
  type Job,
  type JobEvent,
  type JobSettings,
  type JobState,
  type JobTag,
  type JobType,
  maxStatementLength,
  maySeeRead,
  nextJobState,
  noJob,
  checkUtc,
  checkUtcView,
  parseJobConf,
  restartReason,
  timeLimitReason,
} from './job.ts'
export {
  type ClassicGround,
  judgeBinding,
  judgeClassic,
  type JudgedQueue,
  judgePeerings,
  type Neighbour,
  type SubnetPlace,
  type WantedBinding,
  type WantedPeering,
} from './judge-peerings.ts'
export { emptyNetwork, type NetworkPeering, type NetworkRelay, type NetworkRoute, type QueueNetwork } from './network.ts'
export {
  type Addresses,
  addressesOf,
  type Carrier,
  checkFinalAddress,
  describeResolver,
  findPath,
  findRelayPath,
  findResolverPath,
  findRoute,
  type Path,
  type Resolution,
  type Resolver,
  resolveName,
  resolveRelay,
  translate,
  unknownHost,
} from './path.ts'
export { nextPeeringState, type Peering, type PeeringEvent, type PeeringLife, type PeeringState, type PoolPeering } from './peering.ts'
export {
  checkFits,
  checkJoinPool,
  checkNewPool,
  checkPolicies,
  checkPoolAvailable,
  checkPoolDraft,
  checkRemovePool,
  defaultPolicy,
  defaultPoolCidr,
  nextPoolState,
  noPool,
  type Pool,
  type PoolChanges,
  type PoolDraft,
  poolNameOf,
  type PoolParts,
  type PoolQueue,
  type PoolState,
  type ScaleRecord,
  type ScalingPolicy,
  updatePool,
} from './pool.ts'
export {
  checkBindable,
  checkCidrChange,
  checkIdle,
  checkNewQueue,
  checkQueueDraft,
  checkRemoveQueue,
  checkRestart,
  defaultQueue,
  hasNetwork,
  noFreeRange,
  noQueue,
  pickQueueCidr,
  type Queue,
  type QueueDraft,
  queueNameOf,
  type QueueParts,
  type ResourceMode,
  scaledCu,
} from './queue.ts'
export { checkPortless } from './portless.ts'
export { type AuditEntry, type AuditFilter, type AuditKind, type KeptAuditEntry, mayReadAll } from './audit.ts'
export { type Bucket, fullAfterOne, probeRate, type Rate, takeOne, waitForOne } from './rate.ts'
export {
  noTraffic,
  type PeeringReach,
  type Reachability,
  reachesOf,
  sumTraffic,
  type Traffic,
  unknownReachability,
} from './reachability.ts'
export {
  changeGrant,
  checkGrantable,
  checkQueuePrivilege,
  type GrantAction,
  grantActionOf,
  type QueueGrant,
  type QueuePrivilege,
  queuePrivileges,
} from './queue-grant.ts'
export {
  checkNewPlan,
  checkQueuePlanDraft,
  firedPlan,
  noPlans,
  type QueuePlan,
  type QueuePlanDraft,
  type Weekday,
} from './queue-plan.ts'
export { checkQueueProperties, knownProperties, propertyKeyOf, type QueueProperty, shownProperties } from './queue-property.ts'
export { type PickedRoute, pickRoute } from './route-table.ts'
export {
  admits,
  checkNewSecurityGroupRule,
  checkRemoveSecurityGroup,
  checkSecurityGroupRuleDraft,
  defaultSecurityGroupRules,
  noSecurityGroupRule,
  portSpan,
  type SecurityGroupRule,
  type SecurityGroupRuleDraft,
  type SecurityGroupRuleParts,
} from './security-group.ts'
export { climbed, diagnose, type Finding, type Rung, type RungName, rungNames } from './rung.ts'
export { allThere, type Soon, whenThere } from './soon.ts'
export { isSecretKey, redactStatement } from './statement.ts'
export { catalogNames, checkCatalog } from './catalog.ts'
export { matchesNamePattern } from './name-pattern.ts'
export {
  checkIsTable,
  checkIsView,
  deepestView,
  isView,
  placeOfView,
  recursiveView,
  tooDeepView,
  type View,
  viewColumns,
  viewKind,
} from './view.ts'
export {
  arrangeColumns,
  sizeOfText,
  checkManaged,
  isManaged,
  lies,
  type ManagedTable,
  partitionsOf,
  replacedFiles,
  type Replacement,
  storableColumn,
  type TableFile,
  type TableFileId,
  tableFileName,
  type TablePartition,
} from './managed-table.ts'
export {
  type Assigned,
  assignColumns,
  assignSourceColumns,
  type InsertList,
  type InsertTarget,
  isStored,
  type SourceInsert,
} from './insert.ts'
export { nullNameRefused, nullPartitionName, partitionName, partitionText, type PartitionValue, readPartition } from './partition.ts'
export {
  blameFailedPath,
  checkNewTable,
  checkQueueReadsSources,
  type FailedPath,
  type Managed,
  noRelation,
  noTable,
  type Reach,
  reachTable,
  type RelationName,
  redactOptions,
  type Table,
  tableNameOf,
  type ViewDefinition,
} from './table.ts'
export {
  checkAddedTags,
  checkTags,
  checkTagSearch,
  noTaggedResource,
  type Tag,
  type TagCondition,
  type TagDraft,
  type TaggableKind,
  taggableKindOf,
  type TagSearch,
  type TagSearchDraft,
} from './tag.ts'
export { cutError, isCut, type Retraced, retrace, type Travelled } from './travelled.ts'
export {
  changeSubnet,
  changeVpc,
  checkDeclaredId,
  checkRemoveNetworkPart,
  checkSecurityGroupDraft,
  checkSubnetDraft,
  checkSubnetOf,
  checkVpcDraft,
  checkVpcName,
  type DhcpOption,
  type DhcpOptionDraft,
  extendVpc,
  missingText,
  noNetworkPart,
  privateRanges,
  type SecurityGroup,
  type SecurityGroupDraft,
  shrinkVpc,
  type Subnet,
  type SubnetChanges,
  type SubnetDraft,
  type SubnetParts,
  type Vpc,
  type VpcChanges,
  type VpcDraft,
  type VpcNextHop,
  type VpcParts,
} from './vpc.ts'
export {
  type Catalogue,
  inWords,
  isSaidAlike,
  isSameText,
  isSilent,
  joined,
  mapWords,
  say,
  shortened,
  silence,
  type Text,
  textFromJson,
  textToJson,
  type TextValue,
  verbatim,
} from './text.ts'
export { noVpcPeering, type VpcPeering, vpcPeeringStatus } from './vpc-peering.ts'
export {
  changeRouteTable,
  checkRemoveRouteTable,
  checkRouteTableDraft,
  defaultRouteTableName,
  noRouteTable,
  type VpcRoute,
  type VpcRouteDraft,
  type VpcRouteTable,
  type VpcRouteTableChanges,
  type VpcRouteTableDraft,
  type VpcRouteTableParts,
} from './vpc-route-table.ts'
