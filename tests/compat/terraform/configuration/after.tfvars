description          = "after the change"
stage                = "after"
pool_max_cu          = 192
queue_cu             = 32
queue_night_max_cu   = 48
queue_max_concurrent = 8

sales_hosts = [
  { name = "archive-new", ip = "10.71.0.10" },
  { name = "sales-db", ip = "10.71.0.5" },
  { name = "archive", ip = "10.71.0.9" },
]

sales_routes = {
  archive = "10.81.0.0/24"
  reports = "10.83.0.0/24"
}
