// Tags on queues, connections and the like, across resources.

import { operationVerb } from '../operation-verb.ts'
import { column } from '../show.ts'
import type { Verb } from '../verb.ts'

/** Verbs of `tag`. */
export const tagVerbs: readonly Verb[] = [
  operationVerb('createTags', {
    said: () => 'tags added',
    examples: [{ line: 'tributary tag add dli_queue QUEUE_ID --tags team=data,stage=test', brief: 'To a queue, by its resource id:' }],
  }),
  operationVerb('listResourceTags', { examples: [{ line: 'tributary tag list-of dli_queue QUEUE_ID', brief: 'Those of one resource:' }] }),
  operationVerb('listTags', {
    columns: [column('key'), column('values')],
    examples: [{ line: 'tributary tag list dli_queue', brief: 'All that resources of one kind carry:' }],
  }),
  operationVerb('filterResources', {
    columns: [column('resource_name', 'name'), column('resource_id', 'id')],
    examples: [{ line: `tributary tag find dli_queue --tags '[{"key": "team", "values": ["data"]}]'`, brief: 'What carries a tag:' }],
  }),
  operationVerb('countResources', { examples: [{ line: 'tributary tag count dli_queue', brief: 'How many there are:' }] }),
  operationVerb('deleteTags', {
    said: () => 'tags removed',
    flags: { tags: { brief: 'key=value' } },
    examples: [{ line: 'tributary tag remove dli_queue QUEUE_ID --tags stage=test', brief: 'From a queue:' }],
  }),
]
