"""Enhanced connections: create, bind, hosts, routes in both forms, filters, connectivity test, unbind, delete."""

from huaweicloudsdkdli.v1 import *
from huaweicloudsdkvpc import v2

from asking import ask, client, expect, only, play, refused, same, setting, until

QUEUES = ['sdk_bound_a', 'sdk_bound_b']
dli = client(DliClient)
made = []


def shown(id):
    return ask(dli.show_enhanced_connection, ShowEnhancedConnectionRequest(id))


def listed(**filters):
    return ask(dli.list_enhanced_connections, ListEnhancedConnectionsRequest(**filters))


def bound(connection):
    return sorted(peering.name for peering in connection.available_queue_info)


def until_active(id, names):
    detail = until(lambda: shown(id), lambda read: all(entry.status != 'CREATING' for entry in read.available_queue_info), 'the peerings')
    expect(bound(detail), names, 'bound queues')
    for entry in detail.available_queue_info:
        expect((entry.status, entry.err_msg), ('ACTIVE', ''), f'the peering of {entry.name}')
        assert entry.peer_id and entry.peer_id != id, 'a peering has an id of its own'


def create_and_read():
    written = CreateEnhancedConnectionRequestBody(
        name='sdk_site', dest_vpc_id=setting('VPC_ID'), dest_network_id=setting('SUBNET_ID'), queues=[QUEUES[0]],
        hosts=[EnhancedConnectionHost('zeta-db', setting('SOURCE_ADDRESS')), EnhancedConnectionHost('alpha-db', '10.71.0.6')],
        tags=[Tag('team', 'sdk'), Tag('stage', 'a+b c')])
    id = ask(dli.create_enhanced_connection, CreateEnhancedConnectionRequest(written)).connection_id
    unread = ('queues', 'tags')
    same(written, shown(id), without=unread)
    expect(shown(id).status, 'ACTIVE', 'the status of a connection')
    until_active(id, [QUEUES[0]])
    for filters in ({'name': 'sdk_site'}, {'tags': 'team=sdk,stage=a+b c'}, {'name': 'sdk_site', 'status': 'active', 'limit': 10, 'offset': 0}):
        answer = listed(**filters)
        expect(answer.count, 1, f'count by {filters}')
        same(written, only(answer.connections, 'connections'), without=unread)
    expect(answer.connections[0].is_privis, True, 'isPrivis of a connection that nobody else uses')
    for filters in ({'name': 'sdk_sit'}, {'tags': 'team=sdk,stage=other'}, {'name': 'sdk_site', 'offset': 1}):
        expect(listed(**filters).connections, [], f'connections by {filters}')
    refused(400, 'DLI.0001', dli.create_enhanced_connection, CreateEnhancedConnectionRequest(
        CreateEnhancedConnectionRequestBody(name='wrong-name', dest_vpc_id='v', dest_network_id='n')))
    made.append(id)


def bind_and_unbind():
    [id] = made
    bind = lambda *queues: ask(dli.associate_queue_to_enhanced_connection, AssociateQueueToEnhancedConnectionRequest(
        id, AssociateQueueToEnhancedConnectionRequestBody(queues=list(queues))))
    expect(bind(QUEUES[1]).message, 'associated peer connection for queues: {sdk_bound_b}.', 'the published text')
    until_active(id, QUEUES)
    bind(QUEUES[1])
    expect(bound(shown(id)), QUEUES, 'bound queues after binding twice')
    refused(400, 'DLI.0002', dli.associate_queue_to_enhanced_connection, AssociateQueueToEnhancedConnectionRequest(
        id, AssociateQueueToEnhancedConnectionRequestBody(queues=['nowhere'])))
    refused(400, 'DLI.0007', dli.associate_queue_to_enhanced_connection, AssociateQueueToEnhancedConnectionRequest(
        id, AssociateQueueToEnhancedConnectionRequestBody(queues=['default'])))
    answer = ask(dli.disassociate_queue_from_enhanced_connection, DisassociateQueueFromEnhancedConnectionRequest(
        id, DisassociateQueueFromEnhancedConnectionRequestBody(queues=[QUEUES[1]])))
    expect(answer.message, 'Disassociated peer connection for queues:{sdk_bound_b}.', 'the published text')
    expect(bound(shown(id)), [QUEUES[0]], 'bound queues after unbinding')


def replace_hosts():
    [id] = made
    for hosts in ([EnhancedConnectionHost('beta-db', '10.71.0.7'), EnhancedConnectionHost('alpha-db', setting('SOURCE_ADDRESS'))], []):
        written = UpdateEnhancedConnectionRequestBody(hosts)
        ask(dli.update_enhanced_connection, UpdateEnhancedConnectionRequest(id, written))
        same(written, shown(id))
    refused(400, 'DLI.0001', dli.update_enhanced_connection, UpdateEnhancedConnectionRequest(
        id, UpdateEnhancedConnectionRequestBody([EnhancedConnectionHost('good', '10.71.0.7'), EnhancedConnectionHost('1bad', '10.71.0.8')])))
    expect(shown(id).hosts, [], 'hosts after a refusal')


def routes():
    """Models of the SDK have no routes; they are read from the raw detail."""
    [id] = made
    read = lambda: [(route['name'], route['cidr']) for route in shown(id).to_json_object()['routes']]
    ask(dli.create_route_to_enhanced_connection, CreateRouteToEnhancedConnectionRequest(id, CreateRouteToEnhancedConnectionRequestBody('far', '10.200.0.0/16')))
    ask(dli.create_enhanced_connection_routes, CreateEnhancedConnectionRoutesRequest(id, CreateEnhancedConnectionRoutesRequestBody('near-1', '10.201.0.0/24')))
    expect(read(), [('far', '10.200.0.0/16'), ('near-1', '10.201.0.0/24')], 'routes as written')
    refused(400, 'DLI.0006', dli.create_route_to_enhanced_connection, CreateRouteToEnhancedConnectionRequest(
        id, CreateRouteToEnhancedConnectionRequestBody('far', '10.202.0.0/16')))
    expect(ask(dli.delete_enhanced_connection_routes, DeleteEnhancedConnectionRoutesRequest(id, 'far')).message, 'Deleted', 'the published text')
    expect(ask(dli.delete_route_from_enhanced_connection, DeleteRouteFromEnhancedConnectionRequest(id, 'near-1')).message, 'Deleted', 'the published text')
    expect(read(), [], 'routes after delete')


def connectivity():
    def reach(address):
        answer = ask(dli.create_connectivity_task, CreateConnectivityTaskRequest(QUEUES[0], CreateConnectivityTaskRequestBody(address)))
        read = lambda: ask(dli.show_connectivity_task, ShowConnectivityTaskRequest(QUEUES[0], str(answer.task_id)))
        return until(read, lambda task: task.connectivity != '', 'the test').connectivity

    expect(reach(f"{setting('SOURCE_ADDRESS')}:5432"), 'REACHABLE', 'the bound source')
    expect(reach('10.99.0.1:5432'), 'UNREACHABLE', 'an address without a way')
    refused(400, 'DLI.0001', dli.create_connectivity_task, CreateConnectivityTaskRequest(QUEUES[0], CreateConnectivityTaskRequestBody('10.0.0.999')))


def vpc_peerings():
    """What the VPC service calls the same peering."""
    [id] = made
    vpc = client(v2.VpcClient)
    entry = only(shown(id).available_queue_info, 'bound queues')
    peering = ask(vpc.show_vpc_peering, v2.ShowVpcPeeringRequest(entry.peer_id)).peering
    expect((peering.id, peering.status), (entry.peer_id, 'ACTIVE'), 'the peering')
    assert setting('VPC_ID') in (peering.accept_vpc_info.vpc_id, peering.request_vpc_info.vpc_id), 'the destination is no end of it'
    listed = ask(vpc.list_vpc_peerings, v2.ListVpcPeeringsRequest(id=entry.peer_id)).peerings
    expect([each.id for each in listed], [entry.peer_id], 'peerings by id')


def delete():
    [id] = made
    expect(ask(dli.delete_enhanced_connection, DeleteEnhancedConnectionRequest(id)).message, 'Deleted', 'the published text')
    expect(listed(name='sdk_site').count, 0, 'connections after delete')
    refused(404, 'DLI.0023', dli.delete_enhanced_connection, DeleteEnhancedConnectionRequest(id))
    unknown = '00000000-0000-4000-8000-000000000000'
    refused(404, 'DLI.0023', dli.show_enhanced_connection, ShowEnhancedConnectionRequest(unknown))


def create_queues():
    for queue in QUEUES:
        ask(dli.create_queue, CreateQueueRequest(CreateQueueRequestBody(queue_name=queue, cu_count=16, resource_mode=1)))


def delete_queues():
    for queue in QUEUES:
        ask(dli.delete_queue, DeleteQueueRequest(queue))


play(create_queues, create_and_read, bind_and_unbind, replace_hosts, routes, connectivity, vpc_peerings, delete, delete_queues)
