# Two enhanced connections: the first names its queue, the second is associated with the queue's pool.

resource "huaweicloud_dli_datasource_connection" "sales" {
  name      = "sales"
  vpc_id    = huaweicloud_vpc.sales.id
  subnet_id = huaweicloud_vpc_subnet.sales.id
  queues    = [huaweicloud_dli_queue.analytics.name]

  dynamic "hosts" {
    for_each = var.sales_hosts
    content {
      name = hosts.value.name
      ip   = hosts.value.ip
    }
  }

  dynamic "routes" {
    for_each = var.sales_routes
    content {
      name = routes.key
      cidr = routes.value
    }
  }

  tags = {
    owner = "analytics"
  }
}

resource "huaweicloud_dli_datasource_connection" "crm" {
  name           = "crm"
  vpc_id         = huaweicloud_vpc.crm.id
  subnet_id      = huaweicloud_vpc_subnet.crm.id
  route_table_id = huaweicloud_vpc_route_table.crm.id

  hosts {
    name = "crm-db"
    ip   = "10.72.0.5"
  }
}

resource "huaweicloud_dli_datasource_connection_associate" "crm" {
  connection_id          = huaweicloud_dli_datasource_connection.crm.id
  elastic_resource_pools = [huaweicloud_dli_elastic_resource_pool.analytics.name]
}
