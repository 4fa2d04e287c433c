-- What is settled on queues: properties, what users may do on them, scheduled sizes.

-- `value` is text, as the API shows it.
create table queue_properties (
  queue_id text not null,
  key text not null,
  value text not null,
  constraint queue_properties_pk primary key (queue_id, key),
  constraint queue_properties_queue_fk foreign key (queue_id) references queues (id) on delete cascade
);

-- `privileges` is JSON, never empty. The owner of a queue and administrators have no row: they hold everything.
create table queue_grants (
  queue_id text not null,
  user_id text not null,
  privileges text not null,
  constraint queue_grants_pk primary key (queue_id, user_id),
  constraint queue_grants_queue_fk foreign key (queue_id) references queues (id) on delete cascade,
  constraint queue_grants_user_fk foreign key (user_id) references users (id) on delete cascade
);

-- `repeat_days` is JSON; `next_at` is when it fires next, null when it never does.
create table queue_plans (
  id bigint not null,
  queue_id text not null,
  name text not null,
  target_cu bigint not null,
  start_hour smallint not null,
  start_minute smallint not null,
  repeat_days text not null,
  valid_from bigint,
  valid_until bigint,
  is_active smallint not null,
  last_executed_at bigint,
  next_at bigint,
  constraint queue_plans_pk primary key (id),
  constraint queue_plans_name_unique unique (queue_id, name),
  constraint queue_plans_queue_fk foreign key (queue_id) references queues (id) on delete cascade
);

create index queue_plans_due on queue_plans (next_at) where next_at is not null;
