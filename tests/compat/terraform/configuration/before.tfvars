description          = "before the change"
stage                = "before"
pool_max_cu          = 128
queue_cu             = 16
queue_night_max_cu   = 32
queue_max_concurrent = 4

sales_hosts = [
  { name = "sales-db", ip = "10.71.0.5" },
  { name = "archive", ip = "10.71.0.9" },
]

sales_routes = {
  archive = "10.81.0.0/24"
  backup  = "10.82.0.0/24"
}
