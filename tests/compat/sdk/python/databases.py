"""Databases and their tables: create, list, what is refused, delete."""

from huaweicloudsdkdli.v1 import *

from asking import ask, client, expect, only, play, refused, same, setting

NAME = 'sdk_catalog'
dli = client(DliClient)


def listed(keyword=NAME):
    return ask(dli.list_databases, ListDatabasesRequest(keyword=keyword, limit=100, offset=0, with_priv=True))


def create_and_read():
    written = CreateDatabaseRequestBody(NAME, 'made by an SDK', '0', [Tag('team', 'sdk')])
    ask(dli.create_database, CreateDatabaseRequest(written))
    answer = listed()
    expect(answer.database_count, 1, 'database_count')
    database = only(answer.databases, 'databases')
    same(written, database, without=('tags',))
    expect((database.owner, database.table_number), (setting('USER'), 0), 'owner and number of tables')
    refused(400, 'DLI.0006', dli.create_database, CreateDatabaseRequest(written))
    refused(400, 'DLI.0001', dli.create_database, CreateDatabaseRequest(CreateDatabaseRequestBody('_wrong')))


def tables():
    expect(ask(dli.list_tables, ListTablesRequest(NAME, with_detail=True)).tables, [], 'tables of an empty database')
    refused(400, 'DLI.0002', dli.show_table, ShowTableRequest(NAME, 'nothing'))
    refused(400, 'DLI.0002', dli.delete_table, DeleteTableRequest(NAME, 'nothing', False))


def delete():
    expect(ask(dli.delete_database, DeleteDatabaseRequest(NAME, False, True)).job_mode, 'sync', 'job_mode')
    expect(listed().databases, [], 'databases after delete')
    refused(400, 'DLI.0002', dli.delete_database, DeleteDatabaseRequest(NAME))


play(create_and_read, tables, delete)
