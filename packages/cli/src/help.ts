// The first page that a newcomer reads in a terminal.

import { operations } from '@tributary/contract'

const { issueToken, createQueue, createConnection, getConnection, submitJob, getJobStatus, previewJob } = operations

/** What `tributary --help` prints. Paths come from the contract, so that they cannot drift. */
export const help = `tributary: queues, datasource connections and cross-source SQL by the DLI API, on your own machine.

  tributary serve             run the service (tributary serve --help lists its settings)
  tributary --version         print the version
  tributary --help            print this

The procedure, by curl, once "Tributary is ready at http://127.0.0.1:8080" has been printed
(name, password and project are in ./data/credentials.json after the first start):

  1. Sign in; the token is in the header X-Subject-Token of the answer.
     curl -i http://127.0.0.1:8080${issueToken.paths[0]} -d '{"auth":{
       "identity":{"methods":["password"],"password":{"user":
         {"name":"admin","password":"PASSWORD","domain":{"name":"tributary"}}}},
       "scope":{"project":{"id":"PROJECT"}}}}'
  2. Create a dedicated queue (all calls from here on with -H "X-Auth-Token: TOKEN").
     POST ${createQueue.paths[0]}
       {"queue_name":"q1","cu_count":16,"resource_mode":1}
  3. Connect it to the subnet of a data source.
     POST ${createConnection.paths[0]}
       {"name":"test1","dest_vpc_id":"VPC","dest_network_id":"SUBNET","queues":["q1"],
        "hosts":[{"name":"pg","ip":"10.71.0.5"}]}
  4. Read it until available_queue_info says ACTIVE.
     GET ${getConnection.paths[0]}
  5. Run SQL on the queue, watch it, read its rows.
     POST ${submitJob.paths[0]}     {"sql":"SELECT 1","queue_name":"q1"}
     GET  ${getJobStatus.paths[0]}
     GET  ${previewJob.paths[0]}

Every call with its members: http://127.0.0.1:8080/docs
`
