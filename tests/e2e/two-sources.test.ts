// A query over PostgreSQL and MariaDB at once, both attached from the command line: the rows are right, and each source was asked for its part alone.

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MariadbServer, mariadbAbsence, startMariadb } from '../servers/mariadb.ts'
import { Stage } from './command-line-stage.ts'

const marketSql = `
  create table clients (id int unsigned primary key, town varchar(20) collate utf8mb4_general_ci, is_open tinyint(1), since date);
  insert into clients values (1, '北京', 1, '2020-01-01'), (2, 'Bonn', 0, '0000-00-00'), (3, 'bonn', 1, '2021-05-05'), (4, 'Lima', 1, null);
  create table \`Odd table\` (id int);
  create table shapes (g geometry);`

let stage: Stage
let market: MariadbServer
/** The address of MariaDB as queues know it. */
let inside = ''

// Skipped where no mariadb-server is installed.
describe.skipIf(mariadbAbsence() !== undefined)('a query over two sources', () => {
  beforeAll(async () => {
    ;[stage, market] = await Promise.all([
      Stage.open(),
      startMariadb({ databases: { market: `set sql_mode = ''; ${marketSql}` }, password: 'Market-1' }),
    ])
  }, 90_000)
  afterAll(async () => {
    await market?.[Symbol.asyncDispose]()
    await stage?.close()
  })

  const sql = (text: string) => stage.run(`tributary sql -q store -e "${text}"`)

  it('begins with attaching both', { timeout: 90_000 }, async () => {
    expect(
      await stage.run('tributary attach postgresql://tributary@127.0.0.1:5432/shop --as store --password-from env:SHOP_PASSWORD'),
    ).toMatchObject({
      code: 0,
    })
    const line = `tributary attach mysql://tributary@127.0.0.1:${market.port}/market --as market --queue store --password-from env:MARKET_PASSWORD`
    const { code, stdout } = await stage.shell(`export MARKET_PASSWORD=Market-1; ${line}`)
    expect({ code, stdout }).toEqual({ code: 7, stdout: expect.stringMatching(/1 table created, 0 there already, 2 skipped/) })
    inside = /(10\.\d+\.\d+\.\d+:\d+) is 127/.exec(stdout)?.[1] ?? ''
    expect(stdout).toMatch(/Odd table: its name is none in SQL here/)
    expect(stdout).toMatch(/shapes: .*column g of market.shapes has type geometry/)
  })

  it('joins them, and asks each for its part', { timeout: 60_000 }, async () => {
    const { code, stdout } = await sql(
      "SELECT c.town, c.is_open, c.since, count(*) AS n, sum(o.amount) AS total FROM store.orders o JOIN market.clients c ON c.id = o.customer_id WHERE c.town >= 'a' AND o.id <= 600 GROUP BY c.town, c.is_open, c.since ORDER BY n, c.town",
    )
    expect(code).toBe(0)
    expect(stdout.split('\n').filter((row) => /bonn|北京/.test(row))).toEqual([
      expect.stringMatching(/bonn .*true .*2021-05-05 .*200 .*9900\.00/),
      expect.stringMatching(/北京 .*true .*2020-01-01 .*200 .*9900\.00/),
    ])
    expect(stdout).not.toContain('Bonn')
    expect(readFileSync(market.logPath, 'utf8')).toMatch(
      /SELECT .* FROM `market`.`clients` WHERE CAST\(CONVERT\(`town` USING utf8mb4\) AS BINARY\) >= _binary'a'/,
    )
    expect(readFileSync(stage.source.logPath, 'utf8')).toMatch(/"id" <= 600/)
  })

  it('joins them with what is kept here, and keeps the outcome', { timeout: 90_000 }, async () => {
    const kept = await sql('CREATE TABLE store.known AS SELECT id, customer_id, amount FROM store.orders WHERE id <= 30')
    expect(kept.code).toBe(0)
    const counts = async (text: string) => {
      const { code, stdout } = await sql(text)
      return { code, row: stdout.split('\n')[1]?.trim().split(/ +/) }
    }
    expect(await counts('SELECT count(*) AS n FROM store.known k, market.clients c WHERE c.id BETWEEN 1 AND 2')).toEqual({
      code: 0,
      row: ['60'],
    })
    expect(
      await counts(
        'SELECT count(*) AS n, count(hash(k.id)) AS h, count(current_timestamp()) AS t FROM store.known k JOIN store.orders o ON o.id = k.id JOIN market.clients c ON c.id = 1',
      ),
    ).toEqual({ code: 0, row: ['30', '30', '30'] })
    const more = await sql(
      'INSERT INTO store.known SELECT o.id, o.customer_id, o.amount FROM store.known k JOIN store.orders o ON o.id = k.id + 30',
    )
    expect(more.code).toBe(0)
    expect(await counts('SELECT count(DISTINCT id) AS n, max(id) AS m FROM store.known')).toEqual({ code: 0, row: ['60', '60'] })
  })

  it('is explained with what each source would be asked', { timeout: 60_000 }, async () => {
    const { stdout } = await sql(
      'EXPLAIN SELECT o.id, c.town FROM store.orders o JOIN market.clients c ON c.id = o.customer_id WHERE c.id = 2',
    )
    expect(stdout).toMatch(/mysql at \S+: SELECT .* FROM `market`.`clients` WHERE `id` = 2/)
    expect(stdout).toMatch(/postgresql at \S+: COPY/)
  })

  it('begins with the doctor where it does not', { timeout: 60_000 }, async () => {
    const line = `tributary doctor store ${inside} --protocol mysql --auth-info market --database market --table clients`
    const well = await stage.shell(line)
    expect(well).toMatchObject({ code: 0, stdout: expect.stringMatching(/object +yes/) })
    const missing = await stage.shell(line.replace('clients', 'nothing'))
    expect(missing.stdout).toMatch(/object +no .*nothing does not exist in database market/)
  })
})
