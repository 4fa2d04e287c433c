"""The tag calls that all kinds of resources share: add, read, find by tag, remove."""

from huaweicloudsdkdli.v1 import *

from asking import ask, client, expect, only, play

KIND, QUEUE = 'dli_queue', 'sdk_tagged'
dli = client(DliClient)
made = {}


def read():
    answer = ask(dli.show_resource_tags, ShowResourceTagsRequest(KIND, made['queue'], limit=100, offset=0))
    expect(answer.count, len(answer.tags), 'count')
    return sorted((tag.key, tag.value) for tag in answer.tags)


def add_and_read():
    ask(dli.create_queue, CreateQueueRequest(CreateQueueRequestBody(queue_name=QUEUE, cu_count=16, resource_mode=1, tags=[Tag('origin', 'creation')])))
    made['queue'] = ask(dli.show_queue, ShowQueueRequest(QUEUE)).resource_id
    expect(read(), [('origin', 'creation')], 'tags of the creation')
    add = lambda *tags: ask(dli.batch_create_resource_tags, BatchCreateResourceTagsRequest(KIND, made['queue'], BatchCreateResourceTagsRequestBody(list(tags))))
    add(Tag('team', 'sdk'), Tag('stage', 'test'))
    add(Tag('stage', 'live'))
    expect(read(), [('origin', 'creation'), ('stage', 'live'), ('team', 'sdk')], 'tags after adding and replacing')


def find():
    kinds = {tag.key: tag.values for tag in ask(dli.list_resources_tags, ListResourcesTagsRequest(KIND, limit=100, offset=0)).tags}
    expect(kinds.get('stage'), ['live'], 'values in use')
    wanted = [TagWithValues('team', ['sdk']), TagWithValues('stage', ['live'])]
    found = ask(dli.list_resources_by_tags, ListResourcesByTagsRequest(KIND, 100, 0, ListResourcesByTagsRequestBody(tags=wanted)))
    resource = only(found.resources, 'resources')
    expect((found.total_count, resource.resource_id, resource.resource_name), (1, made['queue'], QUEUE), 'the found resource')
    count = lambda body: ask(dli.count_resources_by_tags, CountResourcesByTagsRequest(KIND, body)).total_count
    expect(count(CountResourcesByTagsRequestBody(tags=wanted)), 1, 'resources with the tags')
    expect(count(CountResourcesByTagsRequestBody(tags=[TagWithValues('team', ['other'])])), 0, 'resources with another value')
    expect(count(CountResourcesByTagsRequestBody(tags=wanted, matches=[Match('resource_name', QUEUE)])), 1, 'resources with tags and name')


def remove():
    ask(dli.batch_delete_resource_tags, BatchDeleteResourceTagsRequest(KIND, made['queue'], BatchDeleteResourceTagsRequestBody([Tag('stage'), Tag('team', 'sdk')])))
    expect(read(), [('origin', 'creation')], 'tags after delete')
    ask(dli.delete_queue, DeleteQueueRequest(QUEUE))


play(add_and_read, find, remove)
