-- Whose things are by the id of the user, sizes that follow scaling policies, quotas that the owner sets, and credentials that are good at some addresses alone.

-- `owner_name` shows the owner’s present name and keeps the last one of a user who is gone. An id of nobody is good: no user gets it again, and who is
-- removed while a call of theirs is answered does not make that call fail.
alter table queues add column owner_id text;
alter table pools add column owner_id text;
alter table auth_infos add column owner_id text;
alter table databases add column owner_id text;
alter table source_tables add column owner_id text;
alter table jobs add column owner_id text;

update queues set owner_id = (
  select users.id from users join projects on projects.domain_id = users.domain_id where projects.id = queues.project_id and users.name = queues.owner_name
);
update pools set owner_id = (
  select users.id from users join projects on projects.domain_id = users.domain_id where projects.id = pools.project_id and users.name = pools.owner_name
);
update auth_infos set owner_id = (
  select users.id from users join projects on projects.domain_id = users.domain_id where projects.id = auth_infos.project_id and users.name = auth_infos.owner_name
);
update databases set owner_id = (
  select users.id from users join projects on projects.domain_id = users.domain_id where projects.id = databases.project_id and users.name = databases.owner_name
);
update source_tables set owner_id = (
  select users.id from users join projects on projects.domain_id = users.domain_id join databases on databases.project_id = projects.id
  where databases.id = source_tables.database_id and users.name = source_tables.owner_name
);
update jobs set owner_id = (
  select users.id from users join projects on projects.domain_id = users.domain_id where projects.id = jobs.project_id and users.name = jobs.owner_name
);

create index queues_owner on queues (owner_id) where owner_id is not null;
create index pools_owner on pools (owner_id) where owner_id is not null;
create index auth_infos_owner on auth_infos (owner_id) where owner_id is not null;
create index databases_owner on databases (owner_id) where owner_id is not null;
create index source_tables_owner on source_tables (owner_id) where owner_id is not null;
create index jobs_owner on jobs (owner_id) where owner_id is not null;

-- The size that was asked for; `cu` is what the queue has now, which in a pool follows its scaling policies.
alter table queues add column cu_spec bigint not null default 0;
update queues set cu_spec = cu;

-- Limits of a project that the owner of the installation has set; what has no row has the limit of the rules. `kind` is a noun of the rules.
create table quotas (
  project_id text not null,
  kind text not null,
  most bigint not null,
  constraint quotas_pk primary key (project_id, kind),
  constraint quotas_most_counts check (most >= 0),
  constraint quotas_project_fk foreign key (project_id) references projects (id) on delete cascade
);

-- JSON, a list of addresses; an empty one is good everywhere.
alter table auth_infos add column allowed_addresses text not null default '[]';
