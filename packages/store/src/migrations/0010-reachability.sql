-- Connectivity tests, and the newest word on the far end of each peering.

-- `connectivity` is empty while the test runs; `number` is what callers know it by.
create table connection_tests (
  id text not null,
  number bigint not null,
  project_id text not null,
  queue_id text not null,
  address text not null,
  connectivity text not null,
  message text not null,
  created_at bigint not null,
  ended_at bigint,
  constraint connection_tests_pk primary key (id),
  constraint connection_tests_number_unique unique (number),
  constraint connection_tests_connectivity_known check (connectivity in ('', 'REACHABLE', 'UNREACHABLE')),
  constraint connection_tests_end_has_a_time check ((ended_at is not null) = (connectivity <> '')),
  constraint connection_tests_queue_fk foreign key (queue_id) references queues (id) on delete cascade
);

create index connection_tests_queue on connection_tests (queue_id, number);
create index connection_tests_running on connection_tests (id) where connectivity = '';
create index connection_tests_ended on connection_tests (ended_at) where connectivity <> '';

-- `peer_id` is a peering of a queue or of a pool; what is told of one that has gone is swept.
create table reachability (
  peer_id text not null,
  state text not null,
  rung text not null,
  message text not null,
  observed_at bigint not null,
  constraint reachability_pk primary key (peer_id),
  constraint reachability_state_known check (state in ('reachable', 'unreachable'))
);
