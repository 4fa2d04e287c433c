-- Who did what. Rows are added in the transaction of the change they tell of, and removed by age alone; they outlive the users and projects they name.
create table audit (
  id integer not null,
  at bigint not null,
  kind text not null,
  user_id text not null,
  user_name text not null,
  action text not null,
  project_id text not null,
  resource text not null,
  outcome text not null,
  request_id text not null,
  address text not null,
  constraint audit_pk primary key (id autoincrement),
  constraint audit_kind_known check (kind in ('change', 'signIn', 'denial', 'read'))
);

create index audit_by_project on audit (project_id, id);
