-- Fewer pages for each create, and answers that cost by their own size in an installation of any size.

-- The names of live connections have a unique index already.
drop index connections_by_name;
create index connections_by_name on connections (project_id, name) where state = 'DELETED';

-- What fails because of others fails by VPC.
drop index peerings_failed;
create index peerings_failed on peerings (project_id, vpc_id, queue_id) where state = 'FAILED';
drop index pool_peerings_failed;
create index pool_peerings_failed on pool_peerings (project_id, vpc_id, pool_id) where state = 'FAILED';

-- A page of queues by size, in both directions; names ascend in either.
create index queues_by_size on queues (project_id, cu, name);
create index queues_by_size_down on queues (project_id, cu desc, name);
