# Two networks of the user, each with a subnet in which a database stands.

resource "huaweicloud_vpc" "sales" {
  name        = "sales"
  cidr        = "10.71.0.0/16"
  description = var.description

  tags = {
    stage = var.stage
  }
}

resource "huaweicloud_vpc" "crm" {
  name = "crm"
  cidr = "10.72.0.0/16"
}

resource "huaweicloud_vpc_subnet" "sales" {
  name        = "sales"
  vpc_id      = huaweicloud_vpc.sales.id
  cidr        = "10.71.0.0/24"
  gateway_ip  = "10.71.0.1"
  description = var.description

  tags = {
    stage = var.stage
  }
}

resource "huaweicloud_vpc_subnet" "crm" {
  name          = "crm"
  vpc_id        = huaweicloud_vpc.crm.id
  cidr          = "10.72.0.0/24"
  gateway_ip    = "10.72.0.1"
  primary_dns   = "10.72.0.2"
  secondary_dns = "10.72.0.3"
}

resource "huaweicloud_vpc_route_table" "crm" {
  name        = "crm"
  vpc_id      = huaweicloud_vpc.crm.id
  description = var.description
  subnets     = [huaweicloud_vpc_subnet.crm.id]
}

resource "huaweicloud_networking_secgroup" "databases" {
  name                 = "databases"
  description          = var.description
  delete_default_rules = true

  tags = {
    stage = var.stage
  }
}

resource "huaweicloud_networking_secgroup_rule" "queue" {
  security_group_id = huaweicloud_networking_secgroup.databases.id
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  ports             = "5432"
  remote_ip_prefix  = huaweicloud_dli_elastic_resource_pool.analytics.cidr
}

resource "huaweicloud_networking_secgroup_rule" "answers" {
  security_group_id = huaweicloud_networking_secgroup.databases.id
  direction         = "egress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  port_range_min    = 1024
  port_range_max    = 65535
  remote_ip_prefix  = "0.0.0.0/0"
}
