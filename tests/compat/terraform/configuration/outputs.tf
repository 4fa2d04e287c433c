# What was made, read back twice: from the resources, and through the data sources that other configurations would use.

data "huaweicloud_vpc" "sales" {
  name = huaweicloud_vpc.sales.name
}

data "huaweicloud_vpc_subnet" "sales" {
  id = huaweicloud_vpc_subnet.sales.id
}

data "huaweicloud_vpc_route_table" "sales" {
  vpc_id = huaweicloud_vpc_subnet.sales.vpc_id
}

data "huaweicloud_dli_elastic_resource_pools" "analytics" {
  name = huaweicloud_dli_elastic_resource_pool.analytics.name
}

data "huaweicloud_dli_queues" "analytics" {
  tags = "owner=${huaweicloud_dli_queue.analytics.tags["owner"]}"
}

data "huaweicloud_dli_datasource_connections" "sales" {
  name = huaweicloud_dli_datasource_connection.sales.name
  tags = huaweicloud_dli_datasource_connection.sales.tags
}

data "huaweicloud_dli_datasource_auths" "sales" {
  name = huaweicloud_dli_datasource_auth.sales.name
}

output "vpcs" {
  value = { sales = huaweicloud_vpc.sales.id, crm = huaweicloud_vpc.crm.id }
}

output "connections" {
  value = { sales = huaweicloud_dli_datasource_connection.sales.id, crm = huaweicloud_dli_datasource_connection.crm.id }
}

output "read_back" {
  value = {
    vpc         = data.huaweicloud_vpc.sales.id
    subnet      = data.huaweicloud_vpc_subnet.sales.cidr
    route_table = data.huaweicloud_vpc_route_table.sales.name
    pools       = data.huaweicloud_dli_elastic_resource_pools.analytics.elastic_resource_pools[*].name
    queues      = data.huaweicloud_dli_queues.analytics.queues[*].name
    connections = data.huaweicloud_dli_datasource_connections.sales.connections[*].name
    auth_infos  = data.huaweicloud_dli_datasource_auths.sales.auths[*].name
  }
}
