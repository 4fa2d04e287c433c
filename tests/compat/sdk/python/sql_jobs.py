"""SQL jobs over a connection: tables at a source, a join, status, rows, list, cancel."""

from huaweicloudsdkdli.v1 import *

from asking import ask, client, expect, only, play, refused, setting, until

QUEUE, DATABASE = 'sdk_jobs', 'sdk_shop'
dli = client(DliClient)
made = {}


def submit(sql, **members):
    body = CreateSqlJobRequestBody(sql=sql, currentdb=DATABASE, queue_name=QUEUE, engine_type='spark', **members)
    return ask(dli.create_sql_job, CreateSqlJobRequest(body))


def status(job):
    return ask(dli.show_sql_job_status, ShowSqlJobStatusRequest(job))


def until_ended(job, ending='FINISHED'):
    end = until(lambda: status(job), lambda read: read.status in ('FINISHED', 'FAILED', 'CANCELLED'), f'job {job}')
    expect((end.status, end.message if ending == 'FINISHED' else None), (ending, '' if ending == 'FINISHED' else None), end.statement)
    return end


def prepare():
    ask(dli.create_queue, CreateQueueRequest(CreateQueueRequestBody(queue_name=QUEUE, cu_count=16, resource_mode=1)))
    made['connection'] = ask(dli.create_enhanced_connection, CreateEnhancedConnectionRequest(CreateEnhancedConnectionRequestBody(
        name='sdk_jobs', dest_vpc_id=setting('VPC_ID'), dest_network_id=setting('SUBNET_ID'), queues=[QUEUE],
        hosts=[EnhancedConnectionHost('jobs-db', setting('SOURCE_ADDRESS'))]))).connection_id
    read = lambda: ask(dli.show_enhanced_connection, ShowEnhancedConnectionRequest(made['connection']))
    until(read, lambda detail: detail.available_queue_info[0].status == 'ACTIVE', 'the peering')
    ask(dli.create_job_auth_info, CreateJobAuthInfoRequest(CreateJobAuthInfoRequestBody(
        auth_info_name='sdk_jobs', datasource_type='passwd', user_name=setting('SOURCE_USER'), password=setting('SOURCE_PASSWORD'))))
    ask(dli.create_database, CreateDatabaseRequest(CreateDatabaseRequestBody(DATABASE)))


def source_tables():
    for name in ('orders', 'customers', 'endless'):
        answer = submit(f"""CREATE TABLE {name} USING JDBC OPTIONS ('url'='jdbc:postgresql://jobs-db:5432/{setting('SOURCE_DATABASE')}',
            'driver'='org.postgresql.Driver', 'dbtable'='public.{name}', 'passwdauth'='sdk_jobs', 'encryption'='true')""")
        expect(answer.job_type, 'DDL', 'the kind of job')
        until_ended(answer.job_id)
    tables = ask(dli.list_tables, ListTablesRequest(DATABASE, keyword='order', with_detail=True, page_size=10, current_page=1))
    expect((tables.table_count, tables.tables[0].table_name), (1, 'orders'), 'tables by keyword')
    described = ask(dli.show_table, ShowTableRequest(DATABASE, 'orders'))
    expect([(column.column_name, column.type) for column in described.columns],
           [('id', 'int'), ('customer_id', 'int'), ('amount', 'decimal(10,2)')], 'columns as the source has them')
    expect(described.column_count, 3, 'column_count')
    expect(only(ask(dli.list_databases, ListDatabasesRequest(keyword=DATABASE)).databases, DATABASE).table_number, 3, 'number of tables')


def join():
    sql = 'SELECT c.name, count(*) AS orders, sum(o.amount) AS revenue FROM orders o JOIN customers c ON o.customer_id = c.id GROUP BY c.name ORDER BY c.name'
    answer = submit(sql, tags=[Tag('team', 'sdk')])
    expect((answer.job_type, answer.job_mode), ('QUERY', 'async'), 'kind and mode')
    made['join'] = answer.job_id
    end = until_ended(answer.job_id)
    expect((end.job_id, end.statement, end.queue_name, end.database_name, end.owner, end.result_count),
           (answer.job_id, sql, QUEUE, DATABASE, setting('USER'), 2), 'the status')
    expect([(tag.key, tag.value) for tag in end.tags], [('team', 'sdk')], 'tags of the job')
    rows = ask(dli.preview_sql_job_result, PreviewSqlJobResultRequest(answer.job_id, QUEUE))
    expect(rows.schema, [{'name': 'string'}, {'orders': 'bigint'}, {'revenue': 'decimal(20,2)'}], 'the schema')
    expect((rows.row_count, rows.to_json_object()['rows']), (2, [['Customer 1', 500, '12250.00'], ['Customer 2', 500, '12750.00']]), 'the rows')


def export():
    body = ExportSqlJobResultRequestBody(data_path='obs://sdk/join', data_type='csv', compress='gzip', with_column_header=True,
                                         queue_name=QUEUE, export_mode='Overwrite', limit_num=1, encoding_type='utf-8')
    answer = ask(dli.export_sql_job_result, ExportSqlJobResultRequest(made['join'], body))
    expect(answer.job_mode, 'async', 'the mode of an export')
    end = until_ended(answer.job_id)
    expect((end.job_type, end.result_count), ('EXPORT', 1), 'the export')
    detail = ask(dli.show_sql_job_detail, ShowSqlJobDetailRequest(answer.job_id))
    expect((detail.data_path, detail.data_type, detail.with_column_header), ('obs://sdk/join', 'csv', True), 'what was exported')


def list_them():
    job = only((each for each in ask(dli.list_sql_jobs, ListSqlJobsRequest(page_size=100, current_page=1)).jobs
                if each.job_id == made['join']), 'listed jobs')
    expect((job.status, job.job_type, job.queue_name, job.owner, job.result_count), ('FINISHED', 'QUERY', QUEUE, setting('USER'), 2), 'the listed job')


def cancel():
    job = submit('SELECT count(*) AS n, max(noise) AS m FROM endless').job_id
    until(lambda: status(job), lambda read: read.status == 'RUNNING', 'the long job')
    refused(400, 'DLI.0012', dli.delete_queue, DeleteQueueRequest(QUEUE))
    ask(dli.cancel_sql_job, CancelSqlJobRequest(job))
    until_ended(job, 'CANCELLED')
    refused(400, None, dli.cancel_sql_job, CancelSqlJobRequest(job))


def refusals():
    refused(400, 'DLI.0004', dli.create_sql_job, CreateSqlJobRequest(CreateSqlJobRequestBody(sql='selct 1 fro', queue_name=QUEUE)))
    refused(400, 'DLI.0005', dli.create_sql_job, CreateSqlJobRequest(CreateSqlJobRequestBody(
        sql='select nothing from orders', currentdb=DATABASE, queue_name=QUEUE)))


def clear():
    ask(dli.delete_table, DeleteTableRequest(DATABASE, 'endless', False))
    refused(400, 'DLI.0002', dli.show_table, ShowTableRequest(DATABASE, 'endless'))
    ask(dli.delete_database, DeleteDatabaseRequest(DATABASE, False, True))
    ask(dli.delete_enhanced_connection, DeleteEnhancedConnectionRequest(made['connection']))
    ask(dli.delete_job_auth_info, DeleteJobAuthInfoRequest('sdk_jobs'))
    ask(dli.delete_queue, DeleteQueueRequest(QUEUE))


play(prepare, source_tables, join, export, list_them, cancel, refusals, clear)
