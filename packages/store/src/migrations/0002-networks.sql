-- VPCs and gateways, queues, connections of both kinds, auth-infos, tags.

create table vpcs (
  id text not null,
  project_id text not null,
  name text not null,
  cidr text not null,
  description text not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint vpcs_pk primary key (id),
  constraint vpcs_project_fk foreign key (project_id) references projects (id) on delete restrict
);

create index vpcs_project on vpcs (project_id, id);

-- `dns_list` is JSON; `dhcp_enable` is 0 or 1.
create table subnets (
  id text not null,
  project_id text not null,
  vpc_id text not null,
  name text not null,
  cidr text not null,
  gateway_ip text not null,
  description text not null,
  dns_list text not null,
  dhcp_enable smallint not null,
  neutron_subnet_id text not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint subnets_pk primary key (id),
  constraint subnets_vpc_fk foreign key (vpc_id) references vpcs (id) on delete restrict
);

create index subnets_project on subnets (project_id, id);
create index subnets_vpc on subnets (vpc_id, id);

create table security_groups (
  id text not null,
  project_id text not null,
  name text not null,
  description text not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint security_groups_pk primary key (id),
  constraint security_groups_project_fk foreign key (project_id) references projects (id) on delete restrict
);

create index security_groups_project on security_groups (project_id, id);

-- `body` is the gateway as JSON without its version.
create table gateways (
  project_id text not null,
  vpc_id text not null,
  body text not null,
  version bigint not null,
  updated_at bigint not null,
  constraint gateways_pk primary key (project_id, vpc_id),
  constraint gateways_vpc_fk foreign key (vpc_id) references vpcs (id) on delete cascade
);

-- `labels` is JSON. `network_version` and `network_digest` are the last network value that was given to a driver.
create table queues (
  id text not null,
  number bigint not null,
  project_id text not null,
  name text not null,
  description text not null,
  type text not null,
  engine text not null,
  cu bigint not null,
  resource_mode smallint not null,
  charging_mode smallint not null,
  platform text not null,
  feature text not null,
  enterprise_project_id text not null,
  labels text not null,
  owner_name text not null,
  cidr text not null,
  network_version bigint not null,
  network_digest text not null,
  created_at bigint not null,
  constraint queues_pk primary key (id),
  constraint queues_number_unique unique (number),
  constraint queues_name_unique unique (project_id, name),
  constraint queues_name_lower check (name = lower(name)),
  constraint queues_project_fk foreign key (project_id) references projects (id) on delete restrict
);

create table connections (
  id text not null,
  project_id text not null,
  name text not null,
  state text not null,
  vpc_id text not null,
  subnet_id text not null,
  route_table_id text,
  created_at bigint not null,
  deleted_at bigint,
  constraint connections_pk primary key (id),
  constraint connections_state_known check (state in ('ACTIVE', 'DELETED')),
  constraint connections_deletion_has_a_time check ((deleted_at is not null) = (state = 'DELETED')),
  constraint connections_project_fk foreign key (project_id) references projects (id) on delete restrict
);

create unique index connections_live_name on connections (project_id, name) where state = 'ACTIVE';
create index connections_by_state on connections (project_id, state, created_at, id);
create index connections_by_name on connections (project_id, name, state);
create index connections_deleted on connections (deleted_at) where state = 'DELETED';
create index connections_vpc on connections (vpc_id) where state = 'ACTIVE';
create index connections_subnet on connections (subnet_id) where state = 'ACTIVE';

-- How many connections a project has in each state, kept in the transaction that changes it.
create table connection_counts (
  project_id text not null,
  state text not null,
  total bigint not null,
  constraint connection_counts_pk primary key (project_id, state)
);

-- `entries` is JSON in the order of the request, at most 20,000; it stands apart so that a list need not read it.
create table connection_hosts (
  connection_id text not null,
  digest text not null,
  entries text not null,
  constraint connection_hosts_pk primary key (connection_id),
  constraint connection_hosts_connection_fk foreign key (connection_id) references connections (id) on delete cascade
);

-- `project_id`, `vpc_id` and `subnet_id` are the connection's, which never change: who is bound into a VPC is asked often.
create table peerings (
  id text not null,
  connection_id text not null,
  queue_id text not null,
  project_id text not null,
  vpc_id text not null,
  subnet_id text not null,
  state text not null,
  err_msg text not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint peerings_pk primary key (id),
  constraint peerings_pair_unique unique (connection_id, queue_id),
  constraint peerings_state_known check (state in ('CREATING', 'ACTIVE', 'FAILED')),
  constraint peerings_connection_fk foreign key (connection_id) references connections (id) on delete cascade,
  constraint peerings_queue_fk foreign key (queue_id) references queues (id) on delete cascade
);

create index peerings_queue on peerings (queue_id);
create index peerings_vpc on peerings (project_id, vpc_id, queue_id, created_at);
create index peerings_subnet on peerings (project_id, subnet_id, queue_id);
create index peerings_failed on peerings (project_id, queue_id) where state = 'FAILED';

-- `addresses` is JSON. `cluster_name` is a queue's name in lower case.
create table classic_connections (
  id text not null,
  project_id text not null,
  name text not null,
  service text not null,
  security_group_id text not null,
  subnet_id text not null,
  url text not null,
  cluster_name text,
  state text not null,
  err_msg text not null,
  addresses text not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint classic_connections_pk primary key (id),
  constraint classic_connections_state_known check (state in ('CREATING', 'ACTIVE', 'FAILED', 'DELETED')),
  constraint classic_connections_project_fk foreign key (project_id) references projects (id) on delete restrict
);

create unique index classic_connections_live_name on classic_connections (project_id, name) where state <> 'DELETED';
create index classic_connections_project on classic_connections (project_id, created_at, id);
create index classic_connections_subnet on classic_connections (subnet_id) where state <> 'DELETED';
create index classic_connections_group on classic_connections (security_group_id) where state <> 'DELETED';
create index classic_connections_deleted on classic_connections (updated_at) where state = 'DELETED';

create table classic_bindings (
  id text not null,
  connection_id text not null,
  queue_id text not null,
  state text not null,
  err_msg text not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint classic_bindings_pk primary key (id),
  constraint classic_bindings_pair_unique unique (connection_id, queue_id),
  constraint classic_bindings_state_known check (state in ('CREATING', 'ACTIVE', 'FAILED')),
  constraint classic_bindings_connection_fk foreign key (connection_id) references classic_connections (id) on delete cascade,
  constraint classic_bindings_queue_fk foreign key (queue_id) references queues (id) on delete cascade
);

create index classic_bindings_queue on classic_bindings (queue_id);

-- `sealed_secrets` is JSON, sealed under the row's id.
create table auth_infos (
  id text not null,
  project_id text not null,
  name text not null,
  type text not null,
  user_name text not null,
  certificate_location text not null,
  krb5_conf text not null,
  keytab text not null,
  truststore_location text not null,
  keystore_location text not null,
  sealed_secrets text not null,
  owner_name text not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint auth_infos_pk primary key (id),
  constraint auth_infos_name_unique unique (project_id, name),
  constraint auth_infos_project_fk foreign key (project_id) references projects (id) on delete restrict
);

create index auth_infos_oldest on auth_infos (project_id, created_at, id);

-- Labels on resources of every kind; `resource_kind` is a noun of the rules (`queue`, `connection`, `classicConnection`).
create table tags (
  resource_id text not null,
  key text not null,
  resource_kind text not null,
  project_id text not null,
  value text not null,
  constraint tags_pk primary key (resource_id, key),
  constraint tags_project_fk foreign key (project_id) references projects (id) on delete restrict
);

create index tags_by_value on tags (project_id, resource_kind, key, value, resource_id);
