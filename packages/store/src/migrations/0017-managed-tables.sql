-- Managed tables: what stands beside their catalog entry, and the files of their versions.

-- The catalog entry is a row of `source_tables` whose `using_kind` is `parquet`. `partition_columns` is a JSON list of names, outermost first. Each
-- write makes the next version, in the transaction that ends its job.
create table managed_tables (
  table_id text not null,
  partition_columns text not null,
  version bigint not null,
  changed_at bigint not null,
  constraint managed_tables_pk primary key (table_id),
  constraint managed_tables_table_fk foreign key (table_id) references source_tables (id) on delete cascade,
  constraint managed_tables_version_counts check (version >= 0)
);

-- A file belongs to the versions from `added_in` up to, and not including, `removed_in`. Rows outlive their table, and their project: they are removed
-- once their file is off the disk. `partition_values` is a JSON list of texts and nulls, one for each partition column.
create table table_files (
  id text not null,
  project_id text not null,
  table_id text not null,
  added_in bigint not null,
  removed_in bigint,
  partition_values text not null,
  row_count bigint not null,
  size_bytes bigint not null,
  created_at bigint not null,
  removed_at bigint,
  constraint table_files_pk primary key (id),
  constraint table_files_order check (removed_in is null or removed_in > added_in),
  constraint table_files_removal_has_a_time check ((removed_in is null) = (removed_at is null))
);

create index table_files_live on table_files (table_id) where removed_in is null;
create index table_files_removed on table_files (removed_at) where removed_in is not null;
-- With what quotas add up, so that they read nothing but this.
create index table_files_of_project on table_files (project_id, size_bytes) where removed_in is null;

-- What `conf` settled for a job and its runner has to know, as JSON.
alter table jobs add column settings text not null default '{}';
