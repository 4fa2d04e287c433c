-- Imports of files, how far a job is, and how long its row is kept.

-- JSON, of IMPORT jobs alone: what is read, in which form, and into which table.
alter table jobs add column import_order text;
-- Records that could not be read as their table wants them.
alter table jobs add column bad_rows integer not null default 0;
-- Scans that are read for a job, and the job itself; how many of them are done. 0 before it runs, and of what needs no engine.
alter table jobs add column tasks integer not null default 0;
alter table jobs add column finished_tasks integer not null default 0;

-- What the sweep of old jobs goes by.
create index jobs_ended on jobs (ended_at) where ended_at is not null;
