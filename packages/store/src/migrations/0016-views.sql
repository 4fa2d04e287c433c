-- Views, and the properties that tables and views carry.

-- The catalog entry is a row of `source_tables` whose `using_kind` is `view`. `query` is its text as it was written, read in `current_database`;
-- `tables` is a JSON list of the tables and views that it names, `query_columns` one of the names under which the query gives its columns.
create table views (
  table_id text not null,
  query text not null,
  current_database text not null,
  tables text not null,
  query_columns text not null,
  constraint views_pk primary key (table_id),
  constraint views_table_fk foreign key (table_id) references source_tables (id) on delete cascade
);

-- JSON, keys to texts.
alter table source_tables add column properties text not null default '{}';
