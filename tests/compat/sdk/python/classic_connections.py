"""Classic connections: create, read until ACTIVE, list, delete."""

from huaweicloudsdkdli.v1 import *

from asking import ask, client, expect, only, play, refused, same, setting, until

dli = client(DliClient)
made = []


def shown():
    return ask(dli.show_datasource_connection, ShowDatasourceConnectionRequest(made[0]))


def listed(tags=None):
    return ask(dli.list_datasource_connections, ListDatasourceConnectionsRequest(tags=tags))


def create_and_read():
    address = f"{setting('SOURCE_ADDRESS')}:5432"
    written = CreateDatasourceConnectionRequestBody(
        'sdk-classic', 'rds', setting('SECURITY_GROUP_ID'), setting('SUBNET_ID'), address, [Tag('team', 'sdk')])
    made.append(ask(dli.create_datasource_connection, CreateDatasourceConnectionRequest(written)).connection_id)
    detail = until(shown, lambda read: read.state != 'CREATING', 'the connection')
    expect((detail.state, detail.name, detail.destination, detail.service), ('ACTIVE', 'sdk-classic', address, 'RDS'), 'the detail')
    assert detail.connection_url.startswith('to-rds-') and detail.connection_url.endswith(':5432'), detail.connection_url
    item = only((each for each in listed('team=sdk').connections if each.connection_id == made[0]), 'listed connections')
    without = ('is_success', 'message', 'available_queue_info')
    expect([getattr(item, name) for name in detail.openapi_types if name not in without],
           [getattr(detail, name) for name in detail.openapi_types if name not in without], 'the listed item and the detail')
    expect(listed('team=other').connections, [], 'connections with another tag')
    refused(400, 'DLI.0001', dli.create_datasource_connection, CreateDatasourceConnectionRequest(
        CreateDatasourceConnectionRequestBody('sdk-classic', 'mainframe', setting('SECURITY_GROUP_ID'), setting('SUBNET_ID'), address)))


def delete():
    expect(ask(dli.delete_datasource_connection, DeleteDatasourceConnectionRequest(made[0])).message, 'Deleted', 'the published text')
    expect(shown().state, 'DELETED', 'the state after delete')
    refused(404, 'DLI.0023', dli.show_datasource_connection, ShowDatasourceConnectionRequest('00000000-0000-4000-8000-000000000000'))


play(create_and_read, delete)
