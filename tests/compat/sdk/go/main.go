// The published procedure, whole, with the vendor's Go SDK: queue, connection, bind, read until ACTIVE, auth-info, database, tables by SQL, join, unbind, delete.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/region"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	dli "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/dli/v1"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/dli/v1/model"
)

const (
	queue    = "sdk_go"
	database = "sdk_go_shop"
	login    = "sdk_go_login"
)

func main() {
	// Without a project id: the SDK looks it up by the region's name.
	keys, err := basic.NewCredentialsBuilder().WithAk(setting("ACCESS_KEY")).WithSk(setting("SECRET_KEY")).WithIamEndpointOverride(setting("ENDPOINT")).SafeBuild()
	check(err)
	built, err := dli.DliClientBuilder().WithRegion(region.NewRegion(setting("PROJECT_NAME"), setting("ENDPOINT"))).WithCredential(keys).SafeBuild()
	check(err)
	client := dli.NewDliClient(built)

	createQueue(client)
	connection := createConnection(client)
	bind(client, connection)
	createAuthInfo(client)
	createTables(client)
	fmt.Println("joined:", join(client))
	unbind(client, connection)
	deleteAll(client, connection)
}

func createQueue(client *dli.DliClient) {
	written := model.CreateQueueRequestBody{QueueName: queue, CuCount: 16, ResourceMode: to(int32(1)), Description: to("由 Go SDK 创建 & <made>"), ChargingMode: to(int32(1))}
	answer, err := client.CreateQueue(&model.CreateQueueRequest{Body: &written})
	check(err)
	same("the created queue", answer.QueueName, &written.QueueName)
	read, err := client.ShowQueue(&model.ShowQueueRequest{QueueName: queue})
	check(err)
	same("the queue", []any{*read.QueueName, *read.CuCount, *read.ResourceMode, *read.Description, *read.ChargingMode},
		[]any{written.QueueName, written.CuCount, *written.ResourceMode, *written.Description, *written.ChargingMode})
	list, err := client.ListQueues(&model.ListQueuesRequest{WithPriv: to(true)})
	check(err)
	for _, each := range *list.Queues {
		if *each.QueueName == queue {
			same("the listed queue", []any{*each.CuCount, *each.Description}, []any{written.CuCount, *written.Description})
			return
		}
	}
	fail("the list lacks the queue")
}

func createConnection(client *dli.DliClient) string {
	hosts := []model.EnhancedConnectionHost{{Name: to("zeta-go"), Ip: to(setting("SOURCE_ADDRESS"))}, {Name: to("alpha-go"), Ip: to("10.71.0.6")}}
	answer, err := client.CreateEnhancedConnection(&model.CreateEnhancedConnectionRequest{Body: &model.CreateEnhancedConnectionRequestBody{
		Name: "sdk_go", DestVpcId: setting("VPC_ID"), DestNetworkId: setting("SUBNET_ID"), Queues: &[]string{}, Hosts: &hosts,
		Tags: &[]model.Tag{{Key: "team", Value: "go"}, {Key: "stage", Value: "a+b c"}}}})
	check(err)
	same("the status of the answer", answer.HttpStatusCode, 201)
	read := show(client, *answer.ConnectionId)
	same("the connection", []any{*read.Name, *read.DestVpcId, *read.DestNetworkId, *read.Hosts, *read.Status, len(*read.AvailableQueueInfo)},
		[]any{"sdk_go", setting("VPC_ID"), setting("SUBNET_ID"), hosts, "ACTIVE", 0})
	list, err := client.ListEnhancedConnections(&model.ListEnhancedConnectionsRequest{Name: to("sdk_go"), Status: to("ACTIVE"), Tags: to("team=go,stage=a+b c"), Limit: to(int32(10)), Offset: to(int32(0))})
	check(err)
	same("the list by name", []any{*list.Count, *(*list.Connections)[0].Id, *(*list.Connections)[0].Hosts}, []any{int32(1), *answer.ConnectionId, hosts})
	return *answer.ConnectionId
}

func show(client *dli.DliClient, connection string) *model.ShowEnhancedConnectionResponse {
	read, err := client.ShowEnhancedConnection(&model.ShowEnhancedConnectionRequest{ConnectionId: connection})
	check(err)
	return read
}

func bind(client *dli.DliClient, connection string) {
	_, err := client.AssociateQueueToEnhancedConnection(&model.AssociateQueueToEnhancedConnectionRequest{
		ConnectionId: connection, Body: &model.AssociateQueueToEnhancedConnectionRequestBody{Queues: &[]string{queue}}})
	check(err)
	until("the peering", func() bool {
		entries := *show(client, connection).AvailableQueueInfo
		same("bound queues", []any{len(entries), *entries[0].Name}, []any{1, queue})
		if *entries[0].Status == "FAILED" {
			fail(*entries[0].ErrMsg)
		}
		return *entries[0].Status == "ACTIVE"
	})
}

func createAuthInfo(client *dli.DliClient) {
	_, err := client.CreateJobAuthInfo(&model.CreateJobAuthInfoRequest{Body: &model.CreateJobAuthInfoRequestBody{
		AuthInfoName: login, DatasourceType: "passwd", UserName: to(setting("SOURCE_USER")), Password: to(setting("SOURCE_PASSWORD"))}})
	check(err)
	list, err := client.ListJobAuthInfos(&model.ListJobAuthInfosRequest{AuthInfoName: to(login)})
	check(err)
	read := (*list.AuthInfos)[0]
	same("the auth-info", []any{*list.Count, *read.AuthInfoName, *read.DatasourceType, *read.UserName}, []any{int32(1), login, "passwd", setting("SOURCE_USER")})
}

func createTables(client *dli.DliClient) {
	_, err := client.CreateDatabase(&model.CreateDatabaseRequest{Body: &model.CreateDatabaseRequestBody{DatabaseName: database, Description: to("made by the Go SDK")}})
	check(err)
	list, err := client.ListDatabases(&model.ListDatabasesRequest{Keyword: to(database)})
	check(err)
	same("the database", []any{*list.DatabaseCount, *(*list.Databases)[0].Description}, []any{int32(1), "made by the Go SDK"})
	for _, table := range []string{"orders", "customers"} {
		run(client, fmt.Sprintf("CREATE TABLE %s USING JDBC OPTIONS ('url'='jdbc:postgresql://zeta-go:5432/%s', 'driver'='org.postgresql.Driver', "+
			"'dbtable'='public.%s', 'passwdauth'='%s', 'encryption'='true')", table, setting("SOURCE_DATABASE"), table, login))
	}
	tables, err := client.ListTables(&model.ListTablesRequest{DatabaseName: database})
	check(err)
	same("the tables", int(*tables.TableCount), 2)
}

// Submits a statement, waits for its end and returns the job.
func run(client *dli.DliClient, sql string) string {
	answer, err := client.CreateSqlJob(&model.CreateSqlJobRequest{Body: &model.CreateSqlJobRequestBody{Sql: sql, Currentdb: to(database), QueueName: to(queue)}})
	check(err)
	until("job "+*answer.JobId, func() bool {
		read, err := client.ShowSqlJobStatus(&model.ShowSqlJobStatusRequest{JobId: *answer.JobId})
		check(err)
		same("the statement", *read.Statement, sql)
		switch read.Status.Value() {
		case "FINISHED":
			return true
		case "FAILED", "CANCELLED":
			fail(sql + ": " + *read.Message)
		}
		return false
	})
	return *answer.JobId
}

func join(client *dli.DliClient) string {
	job := run(client, "SELECT c.name, count(*) AS orders, sum(o.amount) AS revenue FROM orders o JOIN customers c ON o.customer_id = c.id GROUP BY c.name ORDER BY c.name")
	preview, err := client.PreviewSqlJobResult(&model.PreviewSqlJobResultRequest{JobId: job})
	check(err)
	same("the schema", *preview.Schema, []map[string]string{{"name": "string"}, {"orders": "bigint"}, {"revenue": "decimal(20,2)"}})
	rows, err := json.Marshal(*preview.Rows)
	check(err)
	return string(rows)
}

func unbind(client *dli.DliClient, connection string) {
	_, err := client.DisassociateQueueFromEnhancedConnection(&model.DisassociateQueueFromEnhancedConnectionRequest{
		ConnectionId: connection, Body: &model.DisassociateQueueFromEnhancedConnectionRequestBody{Queues: &[]string{queue}}})
	check(err)
	same("bound queues after unbinding", len(*show(client, connection).AvailableQueueInfo), 0)
	_, err = client.CreateSqlJob(&model.CreateSqlJobRequest{Body: &model.CreateSqlJobRequestBody{Sql: "SELECT count(*) FROM orders", Currentdb: to(database), QueueName: to(queue)}})
	refused("a query without a way", err, 400)
}

func deleteAll(client *dli.DliClient, connection string) {
	_, err := client.DeleteDatabase(&model.DeleteDatabaseRequest{DatabaseName: database, Cascade: to(true)})
	check(err)
	_, err = client.DeleteEnhancedConnection(&model.DeleteEnhancedConnectionRequest{ConnectionId: connection})
	check(err)
	_, err = client.DeleteJobAuthInfo(&model.DeleteJobAuthInfoRequest{AuthInfoName: login})
	check(err)
	_, err = client.DeleteQueue(&model.DeleteQueueRequest{QueueName: queue})
	check(err)
	_, err = client.ShowQueue(&model.ShowQueueRequest{QueueName: queue})
	refused("a deleted queue", err, 400)
	_, err = client.ShowEnhancedConnection(&model.ShowEnhancedConnectionRequest{ConnectionId: "00000000-0000-4000-8000-000000000000"})
	refused("an unknown connection", err, 404)
}

func refused(what string, err error, status int) {
	refusal, isRefusal := err.(*sdkerr.ServiceResponseError)
	if !isRefusal {
		fail(fmt.Sprintf("%s should have been refused: %v", what, err))
	}
	same(what, refusal.StatusCode, status)
	if refusal.ErrorCode == "" || refusal.ErrorMessage == "" || refusal.RequestId == "" {
		fail(fmt.Sprintf("%s was refused without code, text or request id: %v", what, refusal))
	}
}

func until(what string, isDone func() bool) {
	for end := time.Now().Add(20 * time.Second); !isDone(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			fail("still waiting for " + what)
		}
	}
}

func same(what string, actual, wanted any) {
	if !reflect.DeepEqual(actual, wanted) {
		a, _ := json.Marshal(actual)
		w, _ := json.Marshal(wanted)
		fail(fmt.Sprintf("%s: %s instead of %s", what, a, w))
	}
}

func check(err error) {
	if err != nil {
		fail(err.Error())
	}
}

func fail(message string) {
	fmt.Println(message)
	os.Exit(1)
}

func setting(name string) string { return os.Getenv("TRIBUTARY_" + name) }

func to[T any](value T) *T { return &value }
