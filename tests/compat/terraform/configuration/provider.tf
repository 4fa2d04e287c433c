# The stock provider, pointed at this server for every service it may ask. The key pair comes from HW_ACCESS_KEY and HW_SECRET_KEY.

terraform {
  required_providers {
    huaweicloud = {
      source = "huaweicloud/huaweicloud"
    }
  }
}

provider "huaweicloud" {
  region       = var.region
  project_name = var.project_name
  cloud        = "example.invalid"
  auth_url     = "${var.endpoint}/v3"
  insecure     = true
  max_retries  = 1

  skip_check_upgrade = true

  endpoints = {
    bss = "${var.endpoint}/"
    dli = "${var.endpoint}/"
    dns = "${var.endpoint}/"
    eps = "${var.endpoint}/"
    iam = "${var.endpoint}/"
    vpc = "${var.endpoint}/"
  }
}
