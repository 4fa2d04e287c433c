"""Elastic resource pools: create, list, change, queues in them, scaling policies and records, a connection bound to one, delete."""

from huaweicloudsdkdli.v1 import *

from asking import ask, client, expect, only, play, refused, same, setting, until

NAME, QUEUE = 'sdk_pool', 'sdk_pooled'
dli = client(DliClient)


def listed(**filters):
    return ask(dli.list_elastic_resource_pools, ListElasticResourcePoolsRequest(**filters))


def shown():
    return only(listed(name=NAME, limit=100, offset=0).elastic_resource_pools, 'pools')


def until_available():
    return until(shown, lambda pool: pool.status == 'AVAILABLE', 'the pool')


def create_and_read():
    written = CreateElasticResourcePoolRequestBody(
        elastic_resource_pool_name=NAME, description='made by an SDK', cidr_in_vpc='172.28.0.0/18', max_cu=96, min_cu=64, charging_mode=1,
        enterprise_project_id='0', tags=[Tag('team', 'pools')], label={'billing_spec_code': 'developer'}, ipv6_enable=False)
    answer = ask(dli.create_elastic_resource_pool, CreateElasticResourcePoolRequest(written))
    expect(answer.elastic_resource_pool_name, NAME, 'the name in the answer')
    same(written, until_available(), without=('tags',))
    expect(listed(tags='team=pools', status='AVAILABLE').count, 1, 'pools by tag and status')
    expect(listed(name='no_such_pool').elastic_resource_pools, [], 'pools by another name')
    expect(listed(name=NAME, offset=1, limit=100).elastic_resource_pools, [], 'pools beyond the end')
    refused(400, 'DLI.0006', dli.create_elastic_resource_pool, CreateElasticResourcePoolRequest(written))


def change():
    written = UpdateElasticResourcePoolRequestBody('changed by an SDK', 128, 64)
    ask(dli.update_elastic_resource_pool, UpdateElasticResourcePoolRequest(NAME, written))
    same(written, until_available())


def queues():
    read = lambda: ask(dli.list_elastic_resource_pool_queues, ListElasticResourcePoolQueuesRequest(NAME, limit=100, offset=0))
    expect(read().queues, [], 'queues of a fresh pool')
    ask(dli.create_queue, CreateQueueRequest(CreateQueueRequestBody(queue_name=QUEUE, cu_count=16, resource_mode=1, elastic_resource_pool_name=NAME)))
    expect((read().count, only(read().queues, 'queues').queue_name), (1, QUEUE), 'queues of the pool')
    expect(ask(dli.show_queue, ShowQueueRequest(QUEUE)).elastic_resource_pool_name, NAME, 'the pool of the queue')
    expect(shown().queues, [QUEUE], 'queues in the list of pools')
    default = QueueScalingPolicy(1, '00:00', '24:00', 16, 64)
    busy = QueueScalingPolicy(50, '08:00', '18:00', 32, 64)
    ask(dli.update_elastic_resource_pool_queue, UpdateElasticResourcePoolQueueRequest(
        NAME, QUEUE, UpdateElasticResourcePoolQueueRequestBody([default, busy])))
    kept = sorted(read().queues[0].queue_scaling_policies, key=lambda policy: policy.priority)
    expect(len(kept), 2, 'number of policies')
    for wanted, policy in zip((default, busy), kept):
        same(wanted, policy)
    ask(dli.create_queue, CreateQueueRequest(CreateQueueRequestBody(queue_name='sdk_joining', cu_count=16, resource_mode=1)))
    ask(dli.associate_queue_to_elastic_resource_pool, AssociateQueueToElasticResourcePoolRequest(
        NAME, AssociateQueueToElasticResourcePoolRequestBody('sdk_joining')))
    expect(sorted(queue.queue_name for queue in read().queues), ['sdk_joining', QUEUE], 'queues after one joined')


def scale_records():
    answer = ask(dli.list_elastic_resource_pool_scale_records, ListElasticResourcePoolScaleRecordsRequest(
        NAME, start_time=1500000000000, end_time=4102444800000, status='success', offset=0, limit=100))
    expect(answer.count, len(answer.items), 'count')


def connection():
    body = lambda: {'elastic_resource_pools': [NAME]}
    id = ask(dli.create_enhanced_connection, CreateEnhancedConnectionRequest(CreateEnhancedConnectionRequestBody(
        name='sdk_pool_site', dest_vpc_id=setting('VPC_ID'), dest_network_id=setting('SUBNET_ID'), **body()))).connection_id
    read = lambda: ask(dli.show_enhanced_connection, ShowEnhancedConnectionRequest(id))
    entry = until(read, lambda detail: detail.elastic_resource_pools[0].status != 'CREATING', 'the peering').elastic_resource_pools[0]
    expect((entry.name, entry.status, entry.err_msg), (NAME, 'ACTIVE', ''), 'the bound pool')
    ask(dli.disassociate_queue_from_enhanced_connection, DisassociateQueueFromEnhancedConnectionRequest(
        id, DisassociateQueueFromEnhancedConnectionRequestBody(**body())))
    expect(read().elastic_resource_pools, [], 'bound pools after unbinding')
    ask(dli.associate_queue_to_enhanced_connection, AssociateQueueToEnhancedConnectionRequest(id, AssociateQueueToEnhancedConnectionRequestBody(**body())))
    expect(only(read().elastic_resource_pools, 'bound pools').name, NAME, 'the pool bound again')
    ask(dli.delete_enhanced_connection, DeleteEnhancedConnectionRequest(id))


def delete():
    refused(400, None, dli.delete_elastic_resource_pool, DeleteElasticResourcePoolRequest(NAME))
    for queue in (QUEUE, 'sdk_joining'):
        ask(dli.delete_queue, DeleteQueueRequest(queue))
    ask(dli.delete_elastic_resource_pool, DeleteElasticResourcePoolRequest(NAME))
    until(lambda: listed(name=NAME), lambda answer: answer.count == 0, 'the end of the pool')
    refused(400, 'DLI.0002', dli.delete_elastic_resource_pool, DeleteElasticResourcePoolRequest(NAME))


play(create_and_read, change, queues, scale_records, connection, delete)
