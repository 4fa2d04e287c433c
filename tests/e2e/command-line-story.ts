// The order in which the examples of all verbs are run, and what has to be there before some of them. Lines that begin with ! prepare.

/** One line each: a verb by its words, or after ! a command. */
export const story: readonly string[] = `
system info
system live
system ready
system fidelity
system openapi
system metrics
system regions
system versions
domain list
project create
project list
project get
project update
! tributary project create old
project delete
vpc create
! tributary vpc create old --cidr 10.90.0.0/16
! tributary vpc create old-net-vpc --cidr 10.92.0.0/16
! tributary subnet create old-net --vpc old-net-vpc --cidr 10.92.0.0/24 --gateway-ip 10.92.0.1
vpc list
vpc get
vpc update
vpc list-v3
vpc get-v3
vpc extend
vpc shrink
vpc change-tags
vpc list-tags
vpc delete
subnet create
subnet list
subnet get
subnet update
subnet change-tags
subnet list-tags
gateway attach
gateway get
gateway remove
subnet delete
network declare
security-group create
security-group create-v3
! tributary security-group create old
! tributary security-group create older
security-group list
security-group list-v3
security-group get
security-group get-v3
security-group update
security-group change-tags
security-group list-tags
security-group delete
security-group delete-v3
security-group-rule create
security-group-rule create-v3
security-group-rule list
security-group-rule list-v3
security-group-rule get
security-group-rule get-v3
security-group-rule delete
security-group-rule delete-v3
route-table create
! tributary route-table create old --vpc shop
route-table list
route-table get
route-table update
route-table move-subnets
route-table delete
queue create
! tributary queue create old --cu 16
! tributary queue create spare --cu 16
queue list
queue get
queue grow
queue shrink
queue restart
queue change-range
quota list
quota get
quota set
queue delete
pool create
! tributary pool create old --min-cu 64 --max-cu 64
pool list
pool update
! tributary queue create pooled --cu 16
pool add-queue
pool list-queues
pool set-queue-policies
pool list-scale-records
pool delete
! tributary queue create other --cu 16
connection check
connection create
! tributary connection create old --vpc shop --subnet shop-net
connection list
connection get
connection peerings
connection bind
connection unbind
connection import-hosts
connection replace-hosts
connection add-route
connection remove-route
connection delete
vpc-peering list
vpc-peering get
auth-info create
! tributary auth-info create old --user x --password-from env:SHOP_PASSWORD
auth-info list
auth-info update
auth-info delete
doctor
connection-test create
connection-test get
database create
! tributary database create old
! tributary sql -q analytics -e "CREATE TABLE shop.orders USING JDBC OPTIONS ('url'='jdbc:postgresql://shop-db:5432/shop', 'dbtable'='public.orders', 'passwdauth'='shop_login', 'encryption'='true'); CREATE TABLE shop.old USING JDBC OPTIONS ('url'='jdbc:postgresql://shop-db:5432/shop', 'dbtable'='public.orders', 'passwdauth'='shop_login', 'encryption'='true'); CREATE TABLE shop.endless USING JDBC OPTIONS ('url'='jdbc:postgresql://shop-db:5432/shop', 'dbtable'='public.endless', 'passwdauth'='shop_login', 'encryption'='true')"
database list
database delete
table list
table get
table create
! tributary sql -e "INSERT INTO shop.visits VALUES (1, DATE '2024-02-29'), (2, NULL)"
table preview
table list-partitions
table delete
sql
job submit
job wait
job list
job check
job get
job show
job preview
job rows
job export
table export
table import
job detail
job progress
job progress-whole
job cancel
attach
! tributary security-group-rule create --group databases --direction ingress --protocol tcp --remote-ip-prefix 0.0.0.0/0
classic-connection create
! tributary classic-connection create old --service rds --group databases --subnet shop-net --url 10.71.0.7:5432 --queue analytics
classic-connection list
classic-connection get
classic-connection bind
classic-connection unbind
classic-connection reactivate
classic-connection delete
queue-plan create
! tributary queue-plan create analytics second --cu 32 --hour 7 --minute 0
queue-plan list
queue-plan update
queue-plan delete
queue-plan delete-several
queue-property create
queue-property update
queue-property list
queue-property delete
tag add
tag list-of
tag list
tag find
tag count
tag remove
user create
! tributary user create old --password-from env:ANN_PASSWORD
user list
user get
user whoami
user update
user update-v3.0
user delete
role list
role get
role grant
role list-of-user
role check
role grant-administrator
role list-of-administrator
role revoke-administrator
project list-of-user
queue authorize-user
queue list-users
database change-owner
database list-users
table change-owner
table list-users
privilege change
privilege list
table get-user
clock set
audit list
access-key create
access-key list
access-key get
access-key update
access-key delete
token issue
token describe
token check
token revoke
token catalog
profile add
profile list
profile use
profile remove
login
user change-password
! tributary login --user ann --project local --save-as ann --password-from env:ANN_NEW_PASSWORD
logout
role revoke
completion
`
  .trim()
  .split('\n')
