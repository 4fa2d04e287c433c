// Rows and values of a MariaDB whose own settings are all wrong for us: they are the same as of any other.

import { QueueDialer } from '@tributary/fabric/dial'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MariadbServer, mariadbAbsence, startMariadb } from '../../../../../tests/servers/mariadb.ts'
import { networkTo, openableOf, tableOf } from '../../../../../tests/servers/sources.ts'
import { type SampleValue, valuesIn } from '../sample-values.ts'
import { mysqlConnector } from './index.ts'
import { login } from './login.ts'

const setup = `
create table people (id int primary key, name varchar(20), seen timestamp null, note text);
insert into people values (1, 'a\\\\b', '2024-01-01 00:00:00', 'x'), (2, null, null, null), (3, 'c', '2024-07-01 12:00:00', repeat('y', 900)), (4, 'd', null, null);
create table history (id int) with system versioning;
insert into history values (1), (2);
`

/** By the name that SET GLOBAL knows; what each server starts with is another. */
const wrong: Readonly<Record<string, string>> = {
  sql_select_limit: '2',
  max_sort_length: '64',
  tx_isolation: "'READ-UNCOMMITTED'",
  sql_safe_updates: '1',
  sql_auto_is_null: '1',
  autocommit: '0',
  completion_type: "'CHAIN'",
  div_precision_increment: '0',
  time_zone: "'+05:00'",
  sql_mode: "'ANSI_QUOTES,PIPES_AS_CONCAT,PAD_CHAR_TO_FULL_LENGTH,HIGH_NOT_PRECEDENCE,NO_UNSIGNED_SUBTRACTION'",
  old_mode: "'ZERO_DATE_TIME_CAST'",
  system_versioning_asof: "'2001-01-01 00:00:00'",
  group_concat_max_len: '4',
  lc_time_names: "'de_DE'",
  character_set_connection: "'latin1'",
  character_set_results: "'latin1'",
  collation_connection: "'latin1_german1_ci'",
}

const people = tableOf('people', { id: 'int', name: 'string', seen: 'timestamp', note: 'string' }, { connector: 'mysql', schema: 'shop' })
const history = tableOf('history', { id: 'int' }, { connector: 'mysql', schema: 'shop' })

const absence = mariadbAbsence()

// Skipped where no mariadb-server is installed.
describe.skipIf(absence !== undefined)('a server whose settings are all wrong', () => {
  let server: MariadbServer
  beforeAll(async () => {
    server = await startMariadb({ databases: { shop: setup } })
  }, 60_000)
  afterAll(() => server[Symbol.asyncDispose]())

  async function rowsOf(table: typeof people): Promise<readonly (readonly SampleValue[])[]> {
    await using dialer = new QueueDialer(networkTo([server]))
    await using session = await mysqlConnector.open(openableOf(table, server), dialer.dial, new AbortController().signal)
    const columns = table.columns.map((_, index) => index)
    const batches = await Array.fromAsync(session.scan({ handle: 'h', table, columns, filters: [] }))
    return columns.map((column) => valuesIn(batches, column, table.columns[column]!.type))
  }

  async function settings(): Promise<Readonly<Record<string, unknown>>> {
    await using dialer = new QueueDialer(networkTo([server]))
    await using session = await login(openableOf(people, server), dialer.dial, new AbortController().signal)
    const list = Object.keys(wrong).map((name) => `@@${name} AS ${name}`)
    const [row] = await session.ask(`SELECT ${list.join(', ')}`)
    return row!
  }

  it('gives the rows and values that any other gives, and keeps its own settings', async () => {
    const [before, beforeHistory, settingsBefore] = [await rowsOf(people), await rowsOf(history), await settings()]
    expect([before[0]?.length, beforeHistory[0]?.length]).toEqual([4, 2])
    await server.query(
      'shop',
      Object.entries(wrong)
        .map(([name, value]) => `SET GLOBAL ${name} = ${value};`)
        .join('\n'),
    )
    expect([await rowsOf(people), await rowsOf(history)]).toEqual([before, beforeHistory])
    const { group_concat_max_len: joined, lc_time_names: names, ...pinned } = await settings()
    // Nothing of ours depends on these two: were they as before, the server would not have taken what it was told.
    expect([Number(joined), names]).toEqual([4, 'de_DE'])
    expect(pinned).toEqual(Object.fromEntries(Object.keys(pinned).map((name) => [name, settingsBefore[name]])))
  })
})
