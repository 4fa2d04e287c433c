-- What enhanced and classic connections carry beyond their first tables: custom routes, repeatable creates, queues taken off.

-- Custom routes of enhanced connections. `cidr` reads back as it was sent; `block` is the same without host bits.

create table connection_routes (
  connection_id text not null,
  name text not null,
  cidr text not null,
  block text not null,
  created_at bigint not null,
  constraint connection_routes_pk primary key (connection_id, name),
  constraint connection_routes_block_unique unique (connection_id, block),
  constraint connection_routes_connection_fk foreign key (connection_id) references connections (id) on delete cascade
);

-- Creates that are safe to repeat: the key a caller sent, a digest of the body it came with, and what was made.
create table idempotency_keys (
  project_id text not null,
  operation text not null,
  key text not null,
  body_digest text not null,
  resource_id text not null,
  created_at bigint not null,
  constraint idempotency_keys_pk primary key (project_id, operation, key),
  constraint idempotency_keys_project_fk foreign key (project_id) references projects (id) on delete cascade
);

create index idempotency_keys_oldest on idempotency_keys (created_at);

-- Queues that a caller has taken off a classic connection: they are not bound again by themselves.
create table classic_exclusions (
  connection_id text not null,
  queue_id text not null,
  constraint classic_exclusions_pk primary key (connection_id, queue_id),
  constraint classic_exclusions_connection_fk foreign key (connection_id) references classic_connections (id) on delete cascade,
  constraint classic_exclusions_queue_fk foreign key (queue_id) references queues (id) on delete cascade
);
