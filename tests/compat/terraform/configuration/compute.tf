# An elastic resource pool, and the queue in it that runs the SQL.

resource "huaweicloud_dli_elastic_resource_pool" "analytics" {
  name        = "analytics_pool"
  min_cu      = 64
  max_cu      = var.pool_max_cu
  cidr        = "172.16.0.0/18"
  description = var.description

  tags = {
    owner = "analytics"
  }
}

resource "huaweicloud_dli_queue" "analytics" {
  name                       = "analytics"
  elastic_resource_pool_name = huaweicloud_dli_elastic_resource_pool.analytics.name
  resource_mode              = 1
  cu_count                   = var.queue_cu
  description                = "joins orders with customers"

  spark_driver {
    max_instance          = 2
    max_concurrent        = var.queue_max_concurrent
    max_prefetch_instance = "0"
  }

  scaling_policies {
    priority          = 1
    impact_start_time = "00:00"
    impact_stop_time  = "24:00"
    min_cu            = 16
    max_cu            = 64
  }

  scaling_policies {
    priority          = 50
    impact_start_time = "00:00"
    impact_stop_time  = "06:00"
    min_cu            = 16
    max_cu            = var.queue_night_max_cu
  }

  tags = {
    owner = "analytics"
  }
}
