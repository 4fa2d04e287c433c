// Sessions at a real MariaDB that outlive their scan: all that holds for every source, and what this one must not be left with.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type MariadbServer, mariadbAbsence, startMariadb } from '../../../../../tests/servers/mariadb.ts'
import { tableOf } from '../../../../../tests/servers/sources.ts'
import { keptSessionsSuite } from './kept-sessions-suite.ts'

const setup = `
create table goods as select seq as id from seq_1_to_20000;
create table more as select seq as id from seq_1_to_10;
create user guest identified by 'Guest-1';
grant select on shop.* to guest;
`
/** But for the one that asks. */
const ours = "select id from information_schema.PROCESSLIST where user in ('tributary', 'guest') and id <> connection_id()"
const absence = mariadbAbsence()

// Skipped where no mariadb-server is installed.
describe.skipIf(absence !== undefined && process.env['CI'] !== 'true')('a session at MariaDB', () => {
  const { server, countOf } = keptSessionsSuite<MariadbServer>({
    start: () => startMariadb({ databases: { shop: setup } }),
    table: (name) => tableOf(name, { id: 'bigint' }, { connector: 'mysql', schema: 'shop' }),
    goods: 20_000,
    // A session is set up as ours are, once.
    logins: (at) => readFileSync(at.logPath, 'utf8').split('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY').length - 1,
    sessions: async (at) => (await at.query('shop', ours)).length,
    // It ends the session that asks for it, too.
    end: (at) => at.query('shop', 'kill user tributary').catch(() => undefined),
    change: [
      'alter table more modify id int; insert into more values (11)',
      'delete from more where id = 11; alter table more modify id bigint',
    ],
  })

  it('leaves no statement behind', async () => {
    for (let round = 0; round < 6; round += 1) expect([await countOf('goods'), await countOf('more')]).toEqual([20_000, 10])
    const [status] = await server().query('shop', "show global status like 'Prepared_stmt_count'")
    expect(status?.['Value']).toBe('0')
  })
})
