-- The rest of the VPC service: further members of VPCs and subnets, rules of security groups, route tables.

-- `extend_cidrs` and `routes` are JSON; `enhanced_local_route` is 0 or 1.
alter table vpcs add column extend_cidrs text not null default '[]';
alter table vpcs add column routes text not null default '[]';
alter table vpcs add column enhanced_local_route smallint not null default 0;

-- `dhcp_options` is JSON.
alter table subnets add column availability_zone text not null default '';
alter table subnets add column dhcp_options text not null default '[]';

create index vpcs_name on vpcs (project_id, name);

-- `protocol`, `ports`, `remote_ip_prefix` and `remote_group_id` are null where a rule is about all.
create table security_group_rules (
  id text not null,
  project_id text not null,
  security_group_id text not null,
  direction text not null,
  ethertype text not null,
  protocol text,
  ports text,
  remote_ip_prefix text,
  remote_group_id text,
  action text not null,
  priority smallint not null,
  description text not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint security_group_rules_pk primary key (id),
  constraint security_group_rules_direction_known check (direction in ('ingress', 'egress')),
  constraint security_group_rules_ethertype_known check (ethertype in ('IPv4', 'IPv6')),
  constraint security_group_rules_action_known check (action in ('allow', 'deny')),
  constraint security_group_rules_group_fk foreign key (security_group_id) references security_groups (id) on delete cascade
);

create index security_group_rules_project on security_group_rules (project_id, id);
create index security_group_rules_group on security_group_rules (security_group_id, id);
create index security_group_rules_remote on security_group_rules (remote_group_id) where remote_group_id is not null;

-- Groups that are older than rules get what every new group starts with.
insert into security_group_rules
  (id, project_id, security_group_id, direction, ethertype, remote_group_id, action, priority, description, created_at, updated_at)
select
  g.id || '-' || d.direction || '-' || e.ethertype, g.project_id, g.id, d.direction, e.ethertype,
  case when d.direction = 'ingress' then g.id end, 'allow', 100, '', g.created_at, g.created_at
from security_groups as g
cross join (select 'egress' as direction union all select 'ingress') as d
cross join (select 'IPv4' as ethertype union all select 'IPv6') as e;

-- `is_default` is 0 or 1, `routes` JSON.
create table vpc_route_tables (
  id text not null,
  project_id text not null,
  vpc_id text not null,
  name text not null,
  description text not null,
  is_default smallint not null,
  routes text not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint vpc_route_tables_pk primary key (id),
  constraint vpc_route_tables_vpc_fk foreign key (vpc_id) references vpcs (id) on delete cascade
);

create index vpc_route_tables_project on vpc_route_tables (project_id, id);
create index vpc_route_tables_vpc on vpc_route_tables (vpc_id, id);
create unique index vpc_route_tables_default on vpc_route_tables (vpc_id) where is_default = 1;

insert into vpc_route_tables (id, project_id, vpc_id, name, description, is_default, routes, created_at, updated_at)
select 'rtb-' || id, project_id, id, 'rtb-' || name, '', 1, '[]', created_at, created_at from vpcs;

-- Which subnets have left the default table of their VPC.
create table vpc_route_table_subnets (
  subnet_id text not null,
  route_table_id text not null,
  constraint vpc_route_table_subnets_pk primary key (subnet_id),
  constraint vpc_route_table_subnets_subnet_fk foreign key (subnet_id) references subnets (id) on delete cascade,
  constraint vpc_route_table_subnets_table_fk foreign key (route_table_id) references vpc_route_tables (id) on delete restrict
);

create index vpc_route_table_subnets_table on vpc_route_table_subnets (route_table_id);
