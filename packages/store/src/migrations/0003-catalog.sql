-- The catalog and its jobs: databases, source tables, SQL jobs.

create table databases (
  id text not null,
  project_id text not null,
  name text not null,
  description text not null,
  owner_name text not null,
  enterprise_project_id text not null,
  created_at bigint not null,
  constraint databases_pk primary key (id),
  constraint databases_name_unique unique (project_id, name),
  constraint databases_name_lower check (name = lower(name))
);

-- `options` and `columns` are JSON; every secret among the options is `***`, and the inline credentials are sealed.
create table source_tables (
  id text not null,
  database_id text not null,
  name text not null,
  using_kind text not null,
  options text not null,
  columns text not null,
  sealed_credentials text,
  comment text not null,
  owner_name text not null,
  created_at bigint not null,
  constraint source_tables_pk primary key (id),
  constraint source_tables_name_unique unique (database_id, name),
  constraint source_tables_name_lower check (name = lower(name)),
  constraint source_tables_database_fk foreign key (database_id) references databases (id) on delete restrict
);

-- `statement` is redacted; the text as sent is sealed, and cleared when the job ends. `owner` is the server that runs the job. A job outlives its queue.
create table jobs (
  id text not null,
  project_id text not null,
  queue_id text not null,
  queue_name text not null,
  type text not null,
  mode text not null,
  state text not null,
  statement text not null,
  sealed_sql text,
  current_database text not null,
  time_limit_ms bigint,
  tags text not null,
  owner_name text not null,
  owner text,
  message text not null,
  started_at bigint not null,
  ended_at bigint,
  columns text not null,
  result_rows bigint not null,
  input_rows bigint not null,
  input_bytes bigint not null,
  progress double precision not null,
  constraint jobs_pk primary key (id),
  constraint jobs_state_known check (state in ('LAUNCHING', 'RUNNING', 'FINISHED', 'FAILED', 'CANCELLED')),
  constraint jobs_text_gone_at_end check (sealed_sql is null or state in ('LAUNCHING', 'RUNNING')),
  constraint jobs_end_has_a_time check ((ended_at is not null) = (state in ('FINISHED', 'FAILED', 'CANCELLED')))
);

create index jobs_newest on jobs (project_id, started_at, id);
create index jobs_live on jobs (state, queue_id) where state in ('LAUNCHING', 'RUNNING');
