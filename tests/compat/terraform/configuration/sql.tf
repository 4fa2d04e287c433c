# The sources under names that SQL can use: logins, a database, and a source table for each, made by an SQL job.

resource "huaweicloud_dli_datasource_auth" "sales" {
  name      = "sales_login"
  type      = "passwd"
  user_name = var.sales.user
  password  = var.sales.password
}

resource "huaweicloud_dli_datasource_auth" "crm" {
  name      = "crm_login"
  type      = "passwd"
  user_name = var.crm.user
  password  = var.crm.password
}

resource "huaweicloud_dli_database" "shop" {
  name        = "shop"
  description = "orders and customers"

  tags = {
    owner = "analytics"
  }
}

locals {
  tables = {
    orders    = { host = "sales-db", database = "sales", login = huaweicloud_dli_datasource_auth.sales.name }
    customers = { host = "crm-db", database = "crm", login = huaweicloud_dli_datasource_auth.crm.name }
  }
}

resource "huaweicloud_dli_sql_job" "create" {
  for_each = local.tables

  database_name = huaweicloud_dli_database.shop.name
  queue_name    = huaweicloud_dli_queue.analytics.name
  sql           = <<-SQL
    CREATE TABLE ${each.key} USING JDBC OPTIONS (
      'url' = 'jdbc:postgresql://${each.value.host}:5432/${each.value.database}',
      'driver' = 'org.postgresql.Driver',
      'dbtable' = 'public.${each.key}',
      'passwdauth' = '${each.value.login}',
      'encryption' = 'true')
  SQL

  conf {
    dli_sql_sqlasync_enabled = true
  }

  tags = {
    table = each.key
  }

  depends_on = [
    huaweicloud_dli_datasource_connection.sales,
    huaweicloud_dli_datasource_connection_associate.crm,
  ]
}

resource "huaweicloud_dli_sql_job" "drop" {
  for_each = var.drop_tables ? local.tables : {}

  database_name = huaweicloud_dli_database.shop.name
  queue_name    = huaweicloud_dli_queue.analytics.name
  sql           = "DROP TABLE ${each.key}"

  depends_on = [huaweicloud_dli_sql_job.create]
}
