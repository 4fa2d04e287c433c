-- What the IAM calls keep: descriptions, users that are switched off, keys that are switched off.

alter table projects add column description text not null default '';
alter table users add column description text not null default '';
-- 0 or 1; neither a token nor a key of a user who is switched off is good for anything.
alter table users add column is_enabled smallint not null default 1;
alter table access_keys add column description text not null default '';
-- 0 or 1
alter table access_keys add column is_active smallint not null default 1;

create index roles_project on roles (project_id);

-- What users were granted on auth-infos, databases, tables and columns. `object_id` is the id of the auth-info, database or table, with the column
-- behind it where there is one: what takes an old name does not take its grants. `privileges` is JSON, never empty; owners and administrators have no row.
create table object_grants (
  project_id text not null,
  object_id text not null,
  user_id text not null,
  privileges text not null,
  constraint object_grants_pk primary key (object_id, user_id),
  constraint object_grants_project_fk foreign key (project_id) references projects (id) on delete cascade,
  constraint object_grants_user_fk foreign key (user_id) references users (id) on delete cascade
);

create index object_grants_user on object_grants (user_id);
create index object_grants_project on object_grants (project_id);
