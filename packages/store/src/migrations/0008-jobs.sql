-- What a job shows of itself: the database as the caller sent it, empty where none was; the first table its statement names, lower case.

alter table jobs add column sent_database text not null default '';
alter table jobs add column table_name text not null default '';
