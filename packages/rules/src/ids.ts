// Ids are branded, so that a queue's id cannot pass for a peering's.

declare const brand: unique symbol
/** A string that only its own kind of resource carries. */
export type Id<Kind extends string> = string & { readonly [brand]: Kind }

/** Account that owns projects and users. */
export type DomainId = Id<'Domain'>
/** Unit of isolation, `[A-Za-z0-9_-]{1,64}`; 32 hex characters in practice. */
export type ProjectId = Id<'Project'>
/** A person or a program. */
export type UserId = Id<'User'>
/** UUID of a queue (`resource_id` on the wire). */
export type QueueId = Id<'Queue'>
/** UUID of an elastic resource pool (`resource_id` on the wire). */
export type PoolId = Id<'Pool'>
/** UUID of an enhanced or a classic connection. */
export type ConnectionId = Id<'Connection'>
/** UUID of one connection x one queue. */
export type PeerId = Id<'Peer'>
/** `[A-Za-z0-9_.-]{1,64}`, a UUID where we made it. */
export type VpcId = Id<'Vpc'>
/** The subnet's network id: what `dest_network_id` names. */
export type SubnetId = Id<'Subnet'>
/** `[A-Za-z0-9_.-]{1,64}`. */
export type SecurityGroupId = Id<'SecurityGroup'>
/** UUID of a rule of a security group. */
export type SecurityGroupRuleId = Id<'SecurityGroupRule'>
/** UUID of a route table of a VPC. */
export type RouteTableId = Id<'RouteTable'>
/** UUID of an auth-info. */
export type AuthInfoId = Id<'AuthInfo'>
/** UUID of a SQL job. */
export type JobId = Id<'Job'>
/** UUID of a database of the catalog. */
export type DatabaseId = Id<'Database'>
/** UUID of a table of the catalog. */
export type TableId = Id<'Table'>
/** UUID of a connectivity test; callers know it by its number. */
export type ConnectionTestId = Id<'ConnectionTest'>
