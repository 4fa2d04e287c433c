-- Exports of results, and what a job took and made.

-- JSON, of EXPORT jobs alone: what is exported, in which form, and where to.
alter table jobs add column export text;
-- Bytes of the files that the job made, and ms of the processors that it took.
alter table jobs add column output_bytes integer not null default 0;
alter table jobs add column cpu_ms integer not null default 0;

-- Whose a bucket of the export directory is: the project's that exported to it first, so that no project writes over another's files. `name` is in lower
-- case; a project that is gone keeps its buckets, for its files are still there.
create table export_buckets (
  name text not null,
  project_id text not null,
  constraint export_buckets_pk primary key (name)
);
