-- What somebody waits for is found among any number of settled peerings, and settles first after a start.
create index peerings_creating on peerings (queue_id) where state = 'CREATING';
