// Views and EXPLAIN over HTTP, with a real engine and a real PostgreSQL: what a view gives, in whose name it reads, and what crosses the connection.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SamplePerson } from '../sample-people.ts'
import type { SampleServer, Sent } from '../sample-server.ts'
import { type SampleShop, sampleShop, shopOptions } from '../sample-shop.ts'

const canary = 'canary-Views-1'
let shop: SampleShop
let server: SampleServer
let eve: SamplePerson
let ann: SamplePerson
const setup = `create table orders as select g::bigint as id, (g * 10)::numeric(12,2) as amount, 'n' || g as note, g::float8 / 4 as weight from generate_series(1, 10) g`

beforeAll(async () => {
  shop = await sampleShop({ password: canary, setup })
  ;({ server } = shop)
  const { status, text } = await server.ask('createDatabase', { body: { database_name: 'shop' } })
  if (status >= 300) throw new Error(text)
  eve = await shop.editor('eve')
  ann = await shop.editor('ann')
  await done(`CREATE TABLE shop.orders USING JDBC ${shopOptions('orders')}`)
}, 120_000)
afterAll(() => shop?.[Symbol.asyncDispose]())

/** Submits in database `shop` and waits; a refused submit is answered as it came. */
async function run(sql: string, sent: Sent = {}, conf: readonly string[] = []) {
  const body = { sql, queue_name: 'q1', currentdb: 'shop', conf: ['dli.sql.sqlasync.enabled = false', ...conf] }
  const submitted = await server.ask('submitJob', { ...sent, body })
  if (submitted.status !== 200 || submitted.body.job_mode === 'sync') return submitted
  const params = { job_id: submitted.body.job_id }
  for (let asked = 0; asked < 1_000; asked += 1) {
    const read = await server.ask('getJobStatus', { ...sent, params })
    if (read.body.status === 'FAILED') return read
    if (read.body.status === 'FINISHED') return server.ask('previewJob', { ...sent, params })
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`the job did not end: ${sql}`)
}

/** Waits for a job that has to work. */
async function ended(job_id: string): Promise<void> {
  for (let asked = 0; asked < 1_000; asked += 1) {
    const { body, text } = await server.ask('getJobStatus', { params: { job_id } })
    if (body.status === 'FAILED') throw new Error(text)
    if (body.status === 'FINISHED') return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('the job did not end')
}

/** The rows of a statement that has to work. */
async function done(sql: string, sent: Sent = {}): Promise<readonly (readonly unknown[])[]> {
  const { status, body, text } = await run(sql, sent)
  if (status !== 200 || body.rows === undefined) throw new Error(`${sql}: ${text}`)
  return body.rows
}

/** Why a statement did not work. */
async function refusal(sql: string, sent: Sent = {}): Promise<string> {
  const { status, body } = await run(sql, sent)
  if (status === 200 && body.status !== 'FAILED') throw new Error(`${sql} works`)
  return body.error_msg ?? body.message
}

const grant = async (object: string, privileges: readonly string[], action = 'grant', user_name = 'eve') => {
  const { status, text } = await server.ask('authorizeUser', { body: { user_name, action, privileges: [{ object, privileges }] } })
  if (status !== 200) throw new Error(text)
}

describe('a view', () => {
  it('gives the columns it was made with, in the database it was made in', async () => {
    await done('CREATE VIEW big AS SELECT * FROM orders WHERE amount > 50')
    await done("CREATE VIEW named (k, v COMMENT 'what it costs') AS SELECT id, amount FROM big")
    expect(await done('SELECT k, v FROM named WHERE k < 8 ORDER BY k')).toEqual([
      [6, '60.00'],
      [7, '70.00'],
    ])
    const elsewhere = await server.ask('submitJob', { body: { sql: 'DESCRIBE shop.named', queue_name: 'q1' } })
    expect(elsewhere.body.rows).toEqual([
      ['k', 'bigint', null],
      ['v', 'decimal(12,2)', 'what it costs'],
    ])
    expect(await done('SELECT count(*) AS n FROM named n JOIN orders o ON n.k = o.id JOIN shop.big b ON b.id = o.id')).toEqual([[5]])
    expect(await done('SELECT max(named.k) AS k FROM dli.shop.named')).toEqual([[10]])
    await done('CREATE TABLE kept AS SELECT k, v FROM named WHERE k > 8')
    const inserted = await server.ask('submitJob', {
      body: { sql: 'INSERT INTO shop.kept SELECT k, v FROM shop.named WHERE k = 7', queue_name: 'q1' },
    })
    expect(inserted.body.job_type).toBe('INSERT')
    await ended(inserted.body.job_id)
    expect(await done('SELECT k FROM kept ORDER BY k')).toEqual([[7], [9], [10]])
    expect(await done('WITH orders AS (SELECT 1 AS one) SELECT max(v) AS v FROM named, orders')).toEqual([['100.00']])
  }, 60_000)

  it('fails by name when what it reads is gone or has changed', async () => {
    await done('CREATE TABLE short (a int, b string)')
    await done('CREATE VIEW over AS SELECT * FROM short')
    await done('CREATE VIEW over_over AS SELECT a FROM over')
    await done('DROP TABLE short')
    expect(await refusal('SELECT * FROM over_over')).toBe('Table or view not found: shop.short, which view shop.over reads')
    await done('CREATE TABLE short (a string, b string)')
    expect(await refusal('SELECT * FROM over')).toContain('column a of view shop.over was int and is string')
    await done('DROP TABLE short')
    await done('CREATE TABLE short (b string)')
    expect(await refusal('SELECT * FROM over_over')).toContain('view shop.over gives column a no more')
    await done('DROP TABLE short')
    await done('CREATE TABLE short (z int, b string, a int)')
    expect(await done('SELECT * FROM over')).toEqual([])
  }, 60_000)

  it('reads in its owner’s name: who may select from it needs nothing below', async () => {
    const as = { token: eve.token }
    expect(await refusal('SELECT count(*) AS n FROM big', { as })).toContain("'databases.shop.tables.big', User = 'eve', Action = 'SELECT'")
    await grant('databases.shop.tables.big', ['SELECT'])
    expect(await done('SELECT count(*) AS n FROM big', { as })).toEqual([[5]])
    expect(await refusal('SELECT count(*) AS n FROM orders', { as })).toContain('databases.shop.tables.orders')
    expect(await refusal('SELECT count(*) AS n FROM big JOIN orders USING (id)', { as })).toContain('databases.shop.tables.orders')
    await grant('databases.shop.tables.big', [], 'update')
    expect(await refusal('SELECT count(*) AS n FROM big', { as })).toContain('databases.shop.tables.big')
  }, 60_000)

  it('gives nothing that its owner may not read any more', async () => {
    const as = { token: ann.token }
    const asEve = { as: { token: eve.token } }
    await grant('databases.shop', ['CREATE_VIEW'], 'grant', 'ann')
    expect(await refusal('CREATE VIEW theirs AS SELECT id FROM orders', { as })).toContain('databases.shop.tables.orders')
    await grant('databases.shop.tables.orders.columns.id', ['SELECT'], 'grant', 'ann')
    await grant('datasourceauth.login', ['USE_AUTH'], 'grant', 'ann')
    expect(await refusal('CREATE VIEW theirs AS SELECT id, note FROM orders', { as })).toContain('orders.columns.note')
    await done('CREATE VIEW theirs AS SELECT id FROM orders', { as })
    await grant('databases.shop.tables.theirs', ['SELECT'])
    expect(await done('SELECT max(id) AS id FROM theirs', asEve)).toEqual([[10]])
    expect(await refusal('ALTER VIEW theirs AS SELECT note AS id FROM orders', asEve)).toContain('databases.shop.tables.theirs')
    await grant('datasourceauth.login', [], 'update', 'ann')
    expect(await refusal('SELECT max(id) AS id FROM theirs', asEve)).toContain('(in the name of ann, who owns view shop.theirs)')
    await grant('datasourceauth.login', ['USE_AUTH'], 'grant', 'ann')
    await grant('databases.shop.tables.orders.columns.id', [], 'update', 'ann')
    expect(await refusal('SELECT max(id) AS id FROM theirs', asEve)).toContain("User = 'ann', Action = 'SELECT'")
    await server.ask('deleteUser', { params: { user_id: ann.id } })
    expect(await refusal('SELECT max(id) AS id FROM theirs')).toContain('view databases.shop.tables.theirs reads in the name of ann')
  }, 60_000)
})

describe('rows of a managed table', () => {
  it('are written by who was granted it, each way on its own', async () => {
    const as = { token: eve.token }
    await done('CREATE TABLE ledger (n int) PARTITIONED BY (day date)')
    const write = (verb: string) => run(`INSERT ${verb} ledger SELECT 1, DATE '2024-01-01'`, { as })
    const denied = async (needed: string, answered: Promise<{ readonly body: { error_msg?: string } }>) =>
      expect((await answered).body.error_msg).toContain(`'databases.shop.tables.ledger', User = 'eve', Action = '${needed}'`)
    await denied('INSERT_INTO_TABLE', write('INTO'))
    await denied('INSERT_OVERWRITE_TABLE', write('OVERWRITE'))
    await denied('TRUNCATE_TABLE', run('TRUNCATE TABLE ledger', { as }))
    await grant('databases.shop.tables.ledger', ['INSERT_INTO_TABLE'])
    const written = await server.ask('submitJob', {
      as,
      body: { sql: `INSERT INTO shop.ledger SELECT 1, DATE '2024-01-01'`, queue_name: 'q1' },
    })
    await ended(written.body.job_id)
    await denied('INSERT_OVERWRITE_TABLE', write('OVERWRITE'))
    expect(await refusal('SELECT n FROM ledger', { as })).toContain("Action = 'SELECT'")
    expect(await refusal('CREATE TABLE theirs_too AS SELECT 1 AS a', { as })).toContain(
      "'databases.shop', User = 'eve', Action = 'CREATE_TABLE'",
    )
    expect(await refusal('CREATE VIEW theirs_too AS SELECT 1 AS a', { as })).toContain(
      "'databases.shop', User = 'eve', Action = 'CREATE_VIEW'",
    )
    expect(await done('SHOW PARTITIONS ledger', { as })).toEqual([['day=2024-01-01']])
  }, 60_000)

  it('stay where a view or a source is meant by mistake', async () => {
    await done('CREATE OR REPLACE VIEW one AS SELECT 1 AS n')
    expect(await refusal('INSERT INTO one SELECT 2')).toBe("shop.one is a view. 'INSERT' expects a table.")
    expect(await refusal('TRUNCATE TABLE one')).toContain("shop.one is a view. 'TRUNCATE TABLE' expects a table.")
    expect(await refusal('TRUNCATE TABLE orders')).toContain('shop.orders')
    const { body } = await server.ask('checkSql', { body: { sql: 'INSERT INTO one SELECT 2', currentdb: 'shop' } })
    expect(body.error_code).toBe('DLI.0005')
    const checked = await server.ask('checkSql', { body: { sql: "INSERT INTO ledger SELECT 2, DATE '2024-02-02'", currentdb: 'shop' } })
    expect(checked.body).toMatchObject({ message: 'the sql is ok', job_type: 'INSERT' })
    expect((await server.ask('checkSql', { body: { sql: 'SHOW TABLES', currentdb: 'shop' } })).body.job_type).toBe('DDL')
    const other = await server.ask('submitJob', { body: { sql: 'SHOW TABLES', current_catalog: 'hive' } })
    expect(other.body.error_msg).toContain('there is no catalog hive')
  }, 60_000)
})

describe('EXPLAIN', () => {
  it('shows what is asked of a source, what stays here, and why', async () => {
    const sql = `EXPLAIN SELECT note, sum(amount) AS total FROM orders WHERE amount > 20 AND weight < 2 AND length(note) > 1 GROUP BY note ORDER BY total DESC LIMIT 3`
    const [[plan] = []] = await done(sql)
    expect(String(plan).split('\n')).toEqual([
      '== Physical Plan ==',
      'Query: note string, total decimal(22,2)',
      '  Limit',
      '    Sort',
      '      Aggregate',
      expect.stringMatching(/^ +Scan shop\.orders: amount, note, weight$/),
      expect.stringMatching(
        /^ +asked of postgresql at 192\.168\.0\.1:5432: COPY \(SELECT .* FROM "public"\."orders" WHERE .*"amount".* > 20.*\) TO STDOUT \(FORMAT binary\)$/,
      ),
      expect.stringMatching(/^ +not asked for more: floating point is compared and computed here alone$/),
      expect.stringMatching(/^ +filtered by the source: amount > 20\.00$/),
      expect.stringMatching(/^ +filtered by the source, and again here, since .*: weight < 2$/),
      expect.stringMatching(/^ +filtered here, over note: it computes, and a source is asked to compare a column with constants alone$/),
      '',
    ])
    expect(JSON.stringify(plan)).not.toContain(canary)
  }, 60_000)

  it('needs the rights of what it explains, and changes nothing', async () => {
    const as = { token: eve.token }
    expect(await refusal('EXPLAIN SELECT id FROM orders', { as })).toContain('databases.shop.tables.orders')
    expect(await refusal('EXPLAIN DROP TABLE orders', { as })).toContain("Action = 'DROP_TABLE'")
    const [[plan] = []] = await done('EXPLAIN EXTENDED CREATE TABLE copied AS SELECT id FROM orders')
    expect(plan).toContain('== Statement ==\nCREATE TABLE copied AS SELECT id FROM orders')
    expect(await refusal('DESCRIBE copied')).toContain('not found')
  })

  it('shows a declaration with its options, and no secret', async () => {
    const inline = `'url'='jdbc:postgresql://192.168.0.1:5432/shop', 'driver'='org.postgresql.Driver', 'dbtable'='public.orders', 'user'='shopkeeper', 'password'='${canary}'`
    await done(
      `CREATE TABLE declared (id bigint, note string COMMENT 'it''s \\\\ said') USING JDBC OPTIONS (${inline}) COMMENT 'inline'`.replace(
        "''",
        "\\'",
      ),
    )
    const [[text] = []] = await done('SHOW CREATE TABLE declared')
    expect(text).toBe(
      [
        'CREATE TABLE shop.declared (',
        '  id BIGINT,',
        "  note STRING COMMENT 'it\\'s \\\\ said')",
        'USING JDBC',
        'OPTIONS (',
        "  'dbtable' = 'public.orders',",
        "  'driver' = 'org.postgresql.Driver',",
        "  'password' = '***',",
        "  'url' = 'jdbc:postgresql://192.168.0.1:5432/shop',",
        "  'user' = '***')",
        "COMMENT 'inline'",
        '',
      ].join('\n'),
    )
    const described = await done('DESCRIBE EXTENDED declared')
    expect(described).toContainEqual(['Type', 'EXTERNAL', ''])
    expect(JSON.stringify(described)).not.toMatch(new RegExp(`${canary}|shopkeeper`))
  })

  it('makes a managed table or a view again from what SHOW CREATE TABLE says', async () => {
    await done("CREATE TABLE parts (`a b` int COMMENT 'x\\'y', `day` date) PARTITIONED BY (day) TBLPROPERTIES ('k' = 'v') COMMENT 'c'")
    await done("CREATE VIEW parted (x) COMMENT 'v' AS SELECT `a b` FROM parts WHERE day > '2024-01-01'")
    for (const name of ['parts', 'parted']) {
      const [[text] = []] = await done(`SHOW CREATE TABLE ${name}`)
      await done(`DROP ${name === 'parts' ? 'TABLE' : 'VIEW'} ${name}`)
      if (name === 'parts') await done(String(text))
      else await done(String(text).replace('CREATE VIEW', 'CREATE OR REPLACE VIEW'))
      expect(await done(`SHOW CREATE TABLE ${name}`)).toEqual([[text]])
    }
  })
})

describe('views by the calls of tables', () => {
  const params = { database_name: 'shop' }
  const create = (body: object) => server.ask('createTable', { params, body })

  it('are created, listed by kind, described and deleted', async () => {
    const body = {
      table_name: 'Few',
      data_location: 'VIEW',
      description: 'the first',
      select_statement: 'SELECT id, amount FROM orders WHERE id < 3',
    }
    expect([(await create(body)).body, (await create(body)).body.error_code]).toEqual([{ is_success: true, message: '' }, 'DLI.0006'])
    const listed = async (query: Readonly<Record<string, string>>) => {
      const { body: told } = await server.ask('listTables', { params, query })
      expect(told.table_count).toBe(told.tables.length)
      return told.tables.map(({ table_name, table_type }: Record<string, string>) => `${table_name} ${table_type}`)
    }
    expect(await listed({ keyword: 'few' })).toEqual(['few VIEW'])
    expect(await listed({ 'table-type': 'VIRTUAL_VIEW', keyword: 'few' })).toEqual(['few VIEW'])
    expect(await listed({ 'table-type': 'EXTERNAL_TABLE', keyword: 'orders' })).toEqual(['orders EXTERNAL'])
    expect(await listed({ 'datasource-type': 'JDBC', keyword: 'orders' })).toEqual(['orders EXTERNAL'])
    expect(await listed({ 'datasource-type': 'jdbc', 'table-type': 'VIRTUAL_VIEW' })).toEqual([])
    expect(await listed({ 'datasource-type': 'DLI', 'table-type': 'EXTERNAL_TABLE' })).toEqual([])
    expect(await listed({ 'table-type': 'ANY' })).toEqual([])
    const few = { ...params, table_name: 'few' }
    expect((await server.ask('getTable', { params: few })).body).toMatchObject({
      table_type: 'VIEW',
      data_location: 'VIEW',
      table_comment: 'the first',
      columns: [{ column_name: 'id', type: 'bigint' }, { column_name: 'amount' }],
      create_table_sql: "CREATE VIEW shop.few (\n  id,\n  amount)\nCOMMENT 'the first'\nAS SELECT id, amount FROM orders WHERE id < 3\n",
    })
    expect(await done('SELECT max(amount) AS most FROM few')).toEqual([['20.00']])
    expect((await server.ask('deleteTable', { params: few })).status).toBe(200)
    expect((await server.ask('getTable', { params: few })).status).toBe(400)
  })

  it('are refused for what is no query, does not plan, or may not be read', async () => {
    const refused = async (select_statement: string, sent: Sent = {}) => {
      const { status, body } = await server.ask('createTable', {
        ...sent,
        params,
        body: { table_name: 'bad', data_location: 'VIEW', select_statement },
      })
      return `${status} ${body.error_code}`
    }
    expect(await refused('DROP TABLE orders')).toBe('400 DLI.0001')
    expect(await refused('')).toBe('400 DLI.0001')
    expect(await refused('SELECT id + 1 FROM orders')).toBe('400 DLI.0005')
    expect(await refused('SELECT nope FROM orders')).toBe('400 DLI.0005')
    expect(await refused('SELECT 1 AS a; DROP TABLE orders')).toBe('400 DLI.0007')
    expect(await refused('SELECT id FROM orders', { as: { token: eve.token } })).toBe('403 DLI.0003')
  })
})

describe('a time zone in conf', () => {
  it('is that of the rows, and of the reader of a view', { timeout: 60_000 }, async () => {
    await done("CREATE VIEW shop.zoned AS SELECT current_timezone() AS zone, hour(TIMESTAMP '2024-01-01 00:00:00') AS h")
    const sql = "SELECT zone, h, CAST(TIMESTAMP '2024-11-03 01:30:00-05:00' AS STRING) AS t FROM shop.zoned"
    expect((await run(sql)).body.rows).toEqual([['UTC', 0, '2024-11-03 06:30:00']])
    expect((await run(sql, {}, ['spark.sql.session.timeZone = Asia/Shanghai'])).body.rows).toEqual([
      ['Asia/Shanghai', 0, '2024-11-03 14:30:00'],
    ])
    const misspelt = await run(sql, {}, ['spark.sql.session.timezone = Asia/Shanghai'])
    expect([misspelt.status, misspelt.text]).toEqual([400, expect.stringContaining('is written spark.sql.session.timeZone')])
  })
})
