// Answers of a real MariaDB that announces other types once a statement runs than when it was prepared: texts are texts by any of their names.

import { QueueDialer } from '@tributary/fabric/dial'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MariadbServer, mariadbAbsence, startMariadb } from '../../../../../tests/servers/mariadb.ts'
import { networkTo, openableOf, tableOf } from '../../../../../tests/servers/sources.ts'
import { valuesIn } from '../sample-values.ts'
import { createBuilder } from './builders.ts'
import { RowDecoder } from './decode.ts'
import { login } from './login.ts'
import { streamRows } from './stream.ts'
import { type ColumnDefinition, sourceColumnOf } from './types.ts'

const setup = `
create table texts (k int, m enum('sad', 'glad'), st set('x', 'y'), c char(5), v varchar(9), t text);
insert into texts values (1, 'sad', 'x', 'a', 'b', 'c'), (1, 'glad', 'x,y', 'b', 'c', 'd');
`

// Skipped where no mariadb-server is installed.
describe.skipIf(mariadbAbsence() !== undefined)('rows of a statement', () => {
  let server: MariadbServer

  beforeAll(async () => {
    server = await startMariadb({ databases: { shop: setup } })
  }, 60_000)
  afterAll(() => server[Symbol.asyncDispose]())

  it.each([
    ['m', 'sad'],
    ['st', 'x,y'],
    ['c', 'b'],
    ['v', 'c'],
    ['t', 'd'],
  ])('come where a text is announced by two names: %s', async (column, largest) => {
    const source = openableOf(tableOf('texts', { [column]: 'string' }, { connector: 'mysql', schema: 'shop' }), server)
    await using dialer = new QueueDialer(networkTo([server]))
    await using session = await login(source, dialer.dial, new AbortController().signal)
    const statement = await session.prepare(
      `SELECT MAX(CASE WHEN \`k\` > 0 THEN \`${column}\` END), MAX(\`${column}\`) FROM \`shop\`.\`texts\` GROUP BY \`k\``,
    )
    const declared = source.table.columns[0]!
    const builders = statement.columns.map((definition) =>
      createBuilder({ table: 'texts', source: sourceColumnOf(definition), declared, capacity: 8 }),
    )
    let announced: readonly ColumnDefinition[] = []
    const heard = {
      id: statement.id,
      columns: statement.columns,
      execute: (parameters: readonly []) => {
        const execution = statement.execute(parameters)
        execution.prependListener('fields', (columns: readonly ColumnDefinition[]) => (announced = columns))
        return execution
      },
    }
    const batches = await Array.fromAsync(streamRows(session, heard, new RowDecoder(builders)))
    expect([0, 1].map((index) => valuesIn(batches, index, { kind: 'string' }))).toEqual([[largest], [largest]])
    const looks = (columns: readonly ColumnDefinition[]): readonly string[] =>
      columns.map(({ columnType, decimals }) => `${columnType} ${decimals}`)
    expect(looks(announced)).toHaveLength(2)
    expect(looks(announced)).not.toEqual(looks(statement.columns))
  })
})
