-- Who calls: accounts, projects, users, roles, access keys, tokens; and what is known of the installation itself.

create table domains (
  id text not null,
  name text not null,
  created_at bigint not null,
  constraint domains_pk primary key (id),
  constraint domains_name_unique unique (name)
);

create table projects (
  id text not null,
  domain_id text not null,
  name text not null,
  created_at bigint not null,
  constraint projects_pk primary key (id),
  constraint projects_name_unique unique (domain_id, name),
  constraint projects_domain_fk foreign key (domain_id) references domains (id) on delete restrict
);

-- `password_version` grows with each change of the password; a token carries the version it was issued under. Flags are 0 or 1.
create table users (
  id text not null,
  domain_id text not null,
  name text not null,
  password_hash text not null,
  password_version bigint not null,
  is_owner smallint not null,
  is_domain_admin smallint not null,
  created_at bigint not null,
  constraint users_pk primary key (id),
  constraint users_name_unique unique (domain_id, name),
  constraint users_domain_fk foreign key (domain_id) references domains (id) on delete restrict
);

create table roles (
  user_id text not null,
  project_id text not null,
  role text not null,
  constraint roles_pk primary key (user_id, project_id),
  constraint roles_role_known check (role in ('reader', 'editor', 'admin')),
  constraint roles_user_fk foreign key (user_id) references users (id) on delete cascade,
  constraint roles_project_fk foreign key (project_id) references projects (id) on delete cascade
);

create table access_keys (
  access_key text not null,
  user_id text not null,
  sealed_secret text not null,
  created_at bigint not null,
  constraint access_keys_pk primary key (access_key),
  constraint access_keys_user_fk foreign key (user_id) references users (id) on delete cascade
);

create index access_keys_user on access_keys (user_id);

-- `hash` is the SHA-256 of the token, which is stored nowhere. Without a project the token is scoped to its user's domain.
create table tokens (
  hash text not null,
  user_id text not null,
  project_id text,
  method text not null,
  password_version bigint not null,
  issued_at bigint not null,
  expires_at bigint not null,
  constraint tokens_pk primary key (hash),
  constraint tokens_method_known check (method in ('password', 'token')),
  constraint tokens_user_fk foreign key (user_id) references users (id) on delete cascade,
  constraint tokens_project_fk foreign key (project_id) references projects (id) on delete cascade
);

create index tokens_expiry on tokens (expires_at);
create index tokens_user on tokens (user_id);

-- Small facts by name: when the installation was set up, the last number a queue got.
create table installation (
  name text not null,
  value bigint not null,
  constraint installation_pk primary key (name)
);
