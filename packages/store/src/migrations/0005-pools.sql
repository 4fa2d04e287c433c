-- Elastic resource pools: compute shared by several queues, with one network; their queues, bindings and changes of size.

-- `label` is JSON, a map of texts.
create table pools (
  id text not null,
  number bigint not null,
  project_id text not null,
  name text not null,
  description text not null,
  cidr text not null,
  min_cu bigint not null,
  max_cu bigint not null,
  actual_cu bigint not null,
  charging_mode smallint not null,
  enterprise_project_id text not null,
  label text not null,
  ipv6_enable smallint not null,
  owner_name text not null,
  state text not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint pools_pk primary key (id),
  constraint pools_number_unique unique (number),
  constraint pools_name_unique unique (project_id, name),
  constraint pools_name_lower check (name = lower(name)),
  constraint pools_state_known check (state in ('CREATING', 'AVAILABLE', 'SCALING', 'FAILED')),
  constraint pools_project_fk foreign key (project_id) references projects (id) on delete restrict
);

-- `pool_name` repeats the pool's, which never changes; `scaling_policies` is JSON and empty outside a pool.
alter table queues add column pool_id text constraint queues_pool_fk references pools (id) on delete restrict;
alter table queues add column pool_name text not null default '';
alter table queues add column scaling_policies text not null default '[]';

create index queues_pool on queues (pool_id, name) where pool_id is not null;

-- One enhanced connection x one pool. `project_id`, `vpc_id` and `subnet_id` are the connection's, as in `peerings`.
create table pool_peerings (
  id text not null,
  connection_id text not null,
  pool_id text not null,
  project_id text not null,
  vpc_id text not null,
  subnet_id text not null,
  state text not null,
  err_msg text not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint pool_peerings_pk primary key (id),
  constraint pool_peerings_pair_unique unique (connection_id, pool_id),
  constraint pool_peerings_state_known check (state in ('CREATING', 'ACTIVE', 'FAILED')),
  constraint pool_peerings_connection_fk foreign key (connection_id) references connections (id) on delete cascade,
  constraint pool_peerings_pool_fk foreign key (pool_id) references pools (id) on delete cascade
);

create index pool_peerings_pool on pool_peerings (pool_id);
create index pool_peerings_vpc on pool_peerings (project_id, vpc_id, pool_id, created_at);
create index pool_peerings_subnet on pool_peerings (project_id, subnet_id, pool_id);
create index pool_peerings_failed on pool_peerings (project_id, pool_id) where state = 'FAILED';

create table pool_scale_records (
  pool_id text not null,
  recorded_at bigint not null,
  number bigint not null,
  min_cu bigint not null,
  max_cu bigint not null,
  origin_cu bigint not null,
  target_cu bigint not null,
  current_cu bigint not null,
  state text not null,
  fail_reason text not null,
  constraint pool_scale_records_pk primary key (pool_id, recorded_at, number),
  constraint pool_scale_records_state_known check (state in ('success', 'fail')),
  constraint pool_scale_records_pool_fk foreign key (pool_id) references pools (id) on delete cascade
);
