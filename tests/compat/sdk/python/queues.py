"""Queues: create, list, read, scale, restart, address block, properties, plans, delete."""

from huaweicloudsdkdli.v1 import *

from asking import ask, client, expect, only, play, refused, same, until

NAME = 'sdk_queue'
dli = client(DliClient)


def listed(**filters):
    queues = ask(dli.list_queues, ListQueuesRequest(**filters)).queues
    return [queue for queue in queues if queue.queue_name == NAME]


def shown():
    return ask(dli.show_queue, ShowQueueRequest(NAME))


def create_and_read():
    written = CreateQueueRequestBody(
        queue_name=NAME, queue_type='sql', description='由 SDK 创建 & <made>', cu_count=16, charging_mode=1, enterprise_project_id='0',
        platform='x86_64', resource_mode=1, labels=['multi_az=2'], feature='basic', engine='spark', tags=[Tag('team', 'sdk')])
    expect(ask(dli.create_queue, CreateQueueRequest(written)).queue_name, NAME, 'the name in the answer')
    unread = ('labels', 'tags', 'properties')
    same(written, shown(), without=(*unread, 'platform', 'feature', 'engine'))
    queue = only(listed(queue_type='all', with_priv=True, with_charge_info=True), NAME)
    same(written, queue, without=unread)
    expect(queue.labels, 'multi_az=2', 'labels of the list')
    expect(queue.queue_id, shown().queue_id, 'the same number in both reads')
    expect(len(listed(tags='team=sdk')), 1, 'queues with the tag')
    expect(len(listed(tags='team=other')), 0, 'queues with another value')
    expect(len(listed(queue_type='general')), 0, 'general queues')
    refused(400, 'DLI.0006', dli.create_queue, CreateQueueRequest(written))
    refused(400, 'DLI.0001', dli.create_queue, CreateQueueRequest(CreateQueueRequestBody(queue_name='_wrong', cu_count=16)))


def scale_and_restart():
    act = lambda **body: ask(dli.run_queue_action, RunQueueActionRequest(NAME, RunQueueActionRequestBody(**body)))
    scaled = act(action='scale_out', cu_count=16)
    expect((scaled.queue_name, scaled.result), (NAME, True), 'the answer to scaling')
    until(shown, lambda queue: queue.cu_count == 32, '32 CU')
    act(action='scale_in', cu_count=16)
    until(shown, lambda queue: queue.cu_count == 16, '16 CU')
    assert act(action='restart', force=False).message.startswith('Restart success')
    until(lambda: listed()[0], lambda queue: queue.is_restarting is False, 'the restart')


def change_block():
    body = UpdateQueueCidrRequestBody('172.31.4.0/24')
    ask(dli.update_queue_cidr, UpdateQueueCidrRequest(NAME, body))
    same(body, listed()[0])
    refused(400, 'DLI.0001', dli.update_queue_cidr, UpdateQueueCidrRequest(NAME, UpdateQueueCidrRequestBody('8.8.8.0/24')))


def properties():
    read = lambda: {item.key: item.value for item in ask(dli.list_queue_properties, ListQueuePropertiesRequest(NAME, 0, 100)).properties}
    ask(dli.create_queue_property, CreateQueuePropertyRequest(NAME, CreateQueuePropertyRequestBody(
        CommonQueueProperty(compute_engine_max_instance=2, job_max_concurrent=10))))
    kept = read()
    expect((kept['computeEngine.maxInstance'], kept['job.maxConcurrent']), ('2', '10'), 'properties as written')
    ask(dli.update_queue_property, UpdateQueuePropertyRequest(NAME, UpdateQueuePropertyRequestBody(AdvancedQueueProperty(job_max_concurrent=12))))
    expect((read()['computeEngine.maxInstance'], read()['job.maxConcurrent']), ('2', '12'), 'properties after a change of one')
    ask(dli.delete_queue_property, DeleteQueuePropertyRequest(NAME, DeleteQueuePropertyRequestBody(['job.maxConcurrent'])))
    assert read().get('job.maxConcurrent') != '12', 'a deleted property is still there'


def plans():
    read = lambda: ask(dli.list_queue_plans, ListQueuePlansRequest(NAME)).plans
    plan = QueuePlanRequestBody('sdk_plan', 32, 20, 30, ['MONDAY', 'TUESDAY'], 4102444800000, 4105123200000, True)
    ask(dli.create_queue_plan, CreateQueuePlanRequest(NAME, plan))
    made = only(read(), 'plans')
    same(plan, made)
    changed = QueuePlanRequestBody('sdk_plan', 48, 6, 0, ['SUNDAY'], 4102444800000, 4105123200000, False)
    answer = ask(dli.update_queue_plan, UpdateQueuePlanRequest(made.id, NAME, changed))
    expect((answer.queue_name, answer.plan_id), (NAME, made.id), 'the answer to a change')
    same(changed, only(read(), 'plans'))
    ask(dli.delete_queue_plan, DeleteQueuePlanRequest(made.id, NAME))
    expect(read(), [], 'plans after delete')
    for name in ('sdk_plan_a', 'sdk_plan_b'):
        ask(dli.create_queue_plan, CreateQueuePlanRequest(NAME, QueuePlanRequestBody(name, 32, 1, 0)))
    ask(dli.batch_delete_queue_plans, BatchDeleteQueuePlansRequest(NAME, BatchDeleteQueuePlansRequestBody([each.id for each in read()])))
    expect(read(), [], 'plans after delete of all')
    refused(400, 'DLI.0002', dli.delete_queue_plan, DeleteQueuePlanRequest(made.id, NAME))


def quota():
    resources = ask(dli.show_quota, ShowQuotaRequest()).quotas.resources
    cu = only((item for item in resources if item.type == 'QUEUE_CU'), 'QUEUE_CU')
    assert 16 <= cu.used <= cu.quota, f'{cu.used} of {cu.quota} CU are used'


def delete():
    ask(dli.delete_queue, DeleteQueueRequest(NAME))
    expect(listed(queue_type='all'), [], 'queues after delete')
    refused(400, 'DLI.0002', dli.show_queue, ShowQueueRequest(NAME))
    refused(400, 'DLI.0002', dli.delete_queue, DeleteQueueRequest(NAME))


play(create_and_read, scale_and_restart, change_block, properties, plans, quota, delete)
