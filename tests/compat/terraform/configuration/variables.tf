# What differs from run to run, and what the change in place changes: before.tfvars first, then after.tfvars.

variable "endpoint" {
  type        = string
  description = "Where the server listens, such as http://127.0.0.1:8080."
}

variable "region" {
  type    = string
  default = "local"
}

variable "project_name" {
  type = string
}

variable "sales" {
  type        = object({ user = string, password = string })
  sensitive   = true
  description = "Login of the database in the VPC sales."
}

variable "crm" {
  type        = object({ user = string, password = string })
  sensitive   = true
  description = "Login of the database in the VPC crm."
}

variable "description" {
  type        = string
  description = "Of everything that can be described anew without being made anew."
}

variable "stage" {
  type        = string
  description = "A tag of everything that takes new tags without being made anew."
}

variable "pool_max_cu" {
  type = number
}

variable "queue_cu" {
  type = number
}

variable "queue_night_max_cu" {
  type        = number
  description = "What the queue may grow to between midnight and six."
}

variable "queue_max_concurrent" {
  type = number
}

variable "sales_hosts" {
  type        = list(object({ name = string, ip = string }))
  description = "Host records of the connection to sales, in this order."
}

variable "sales_routes" {
  type        = map(string)
  description = "Routes of the connection to sales, by name."
}

variable "drop_tables" {
  type        = bool
  default     = false
  description = "Drops what the SQL jobs created: a job leaves its table behind when it is destroyed, and a database with tables cannot be."
}
