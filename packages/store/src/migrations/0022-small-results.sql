-- Files of small results, kept with the end of their job until they are known to be on disk themselves.

create table small_results (
  job_id text not null,
  name text not null,
  bytes blob not null,
  constraint small_results_pk primary key (job_id, name),
  constraint small_results_job_fk foreign key (job_id) references jobs (id) on delete cascade
);
