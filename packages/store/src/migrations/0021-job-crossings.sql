-- What crossed to and from sources for each job that went to any, as JSON: kept as long as the job.

create table job_crossings (
  job_id text not null,
  crossings text not null,
  constraint job_crossings_pk primary key (job_id),
  constraint job_crossings_job_fk foreign key (job_id) references jobs (id) on delete cascade
);
