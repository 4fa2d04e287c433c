// A real MariaDB, and one engine before it: the tables of this folder with values on which MySQL and Spark differ.

import type { OpenableTable } from '../../../packages/query/src/source.ts'
import { type MariadbServer, startMariadb } from '../../servers/mariadb.ts'
import { openableOf, tableOf } from '../../servers/sources.ts'
import { firstTables, secondTables } from './tables.ts'
import { besideLog, openWays, type Outcome, type Way } from './ways.ts'

/** The server and the engine. */
export interface MariadbStage extends AsyncDisposable {
  readonly server: MariadbServer
  run(sql: string, way: Way): Promise<Outcome>
}

/** What fills it: values on which MySQL and Spark differ. */
export const mariadbSetup = `
set sql_mode = '';
create table edges (
  id int primary key, k int, b tinyint(1), s smallint, i int, l bigint, d decimal(12,2), w decimal(20,4), n decimal(38,18), f double, e float, t varchar(60) collate utf8mb4_general_ci,
  v varchar(12) character set latin1, c char(6), x varchar(20) collate utf8mb4_unicode_ci, g text character set utf16, m enum('sad', 'glad'), u varchar(36) character set ascii,
  day date, ts datetime(6), tz timestamp(6) null);
insert into edges (id) values (0);
insert into edges values
 (1, 1, 1, 32767, 2147483647, 9223372036854775807, 9999999999.99, 9999999999999999.9999, 12345678901234567890.123456789012345678, 1e300, 1e30, 'abc', 'abc', 'abc', 'abc', 'Zebra', 'sad',
  '00000000-0000-0000-0000-000000000001', '9999-12-31', '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07.999999'),
 (2, 1, 0, -32768, -2147483648, -9223372036854775808, -9999999999.99, -9999999999999999.9999, -0.000000000000000001, -1e300, -1e30, 'ABC', 'ABC', 'ABC', 'ABC', 'äpfel', 'glad',
  'ffffffff-ffff-ffff-ffff-ffffffffffff', '0001-01-01', '0001-01-01 00:00:00', '1970-01-01 00:00:01'),
 (3, 2, 2, 0, 0, 0, 0, 0, 0, -0.0, -0.0, '', '', '', '', '', 'sad', null, '1970-01-01', '1970-01-01 00:00:00', '0000-00-00 00:00:00'),
 (4, 2, null, 1, 1, 9007199254740993, 0.01, 0.0001, 0.5, 0.0, 0.0, 'abc ', 'abc ', 'abc ', 'abc ', 'apfel', null, null, '0000-00-00', '0000-00-00 00:00:00', '1999-12-31 23:59:59.999999'),
 (5, 3, -5, -1, -1, -9007199254740993, -0.01, -0.0001, -0.5, 0.3, 0.3, 'a%c', 'a_c', 'a c', 'aBc', 'Apfel', 'glad', null, '2024-00-29', '2024-02-29 12:34:56.789', '2024-02-29 17:34:56.789'),
 (6, 3, -1, 2, 46341, 3037000500, 12.50, 3.1415, 2.718281828459045235, 0.1, 0.1, 'ab€', 'zz', ' lead', 'ABC', 'zebra', null, null, '2024-02-29', '2024-02-29 00:00:00', '2024-02-29 00:00:00'),
 (7, 3, 1, 2, 46341, 3037000500, 12.50, 3.1415, 2.718281828459045235, 0.1, 0.1, '😀', 'zz', 'lead', 'abd', 'ZEBRA', 'sad', null, '2000-01-01', '2000-01-01 10:00:00', '2000-01-01 10:00:00'),
 (8, null, null, null, null, 9223372036854775807, 9999999999.99, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
insert into edges select seq, seq % 7, seq % 2 = 0, seq % 5, seq * 1000, seq * 3000000000, seq * 1.25, seq * 0.0625, seq / 8.0, seq / 4.0, seq / 4.0, concat('row ', seq % 6), concat('v', seq % 4), concat('c', seq % 3),
  char(97 + seq % 4), char(65 + seq % 5), if(seq % 3 = 0, 'sad', 'glad'), null, date '2024-01-01' + interval seq day, timestamp '2024-01-01 00:00:00' + interval seq hour,
  timestamp '2024-01-01 00:00:00' + interval seq * 90 minute from seq_10_to_40;
create table parts (id int primary key, k int, label varchar(40), tag varchar(8), price decimal(8,3), made date);
insert into parts select seq, nullif(seq % 6, 5), concat('label ', seq % 9), char(97 + seq % 4), seq * 1.125, date '2024-01-20' + interval seq % 11 day from seq_1_to_60;
insert into parts values (100, null, null, null, null, null), (101, 1, 'abc', 'abc ', -1, '0001-01-01');
create table sales (id bigint, part int, buyer int, amount decimal(12,2), count int, day date, note varchar(40));
insert into sales select seq, if(seq % 11 = 0, null, seq % 70), seq % 5, (seq * 37 % 1000) / 4.0, seq % 9, date '2024-01-15' + interval seq % 30 day, if(seq % 4 = 0, null, concat('note ', seq % 8)) from seq_1_to_500;
create table buyers (id int, name varchar(40), region varchar(10) collate utf8mb4_bin);
insert into buyers values (0, 'Ann', 'north'), (1, 'Bob', 'south'), (2, 'Cy', null), (3, 'Dee', 'north'), (9, 'Eve', 'west');
create table nothing (id int, t text, d decimal(5,1));
create table odds (id int primary key, k int, q bit(8), r bit(40), z bit(64), o bit(1), ub bigint unsigned, ui int unsigned, m enum('sad', 'glad', 'Zest'), st set('x', 'y'));
insert into odds values (1, 1, 255, 1099511627775, 18446744073709551615, 1, 18446744073709551615, 4294967295, 'glad', 'x,y'), (2, 1, 1, 1, 1, 0, 1, 1, 'Zest', ''), (3, 2, 128, 48, 9223372036854775808, 1, 9223372036854775808, 7, 'sad', 'y'),
 (4, 2, 0, 0, 0, 0, 0, 0, null, 'x'), (5, null, null, null, null, null, null, null, 'sad', null), (6, 2, 49, 12337, 49, 1, 2, 2, 'Zest', 'x');
create table towns (id int, k int, name varchar(40)); insert into towns select seq, seq % 5, concat('town ', seq % 4) from seq_1_to_12;
`

/** What MySQL alone has: bits, unsigned numbers, enums and sets. */
const oddTables: typeof firstTables = {
  odds: {
    id: 'int',
    k: 'int',
    q: 'bigint',
    r: 'bigint',
    z: 'decimal(20,0)',
    o: 'boolean',
    ub: 'decimal(20,0)',
    ui: 'bigint',
    m: 'string',
    st: 'string',
  },
}

/** Starts everything; some seconds. The second tables are reached by another address, so that no query holds both. */
export async function openMariadbStage(): Promise<MariadbStage> {
  const server = await startMariadb({ databases: { shop: mariadbSetup } })
  const tables = [...opened({ ...firstTables, ...oddTables }, server, '10.71.0.5'), ...opened(secondTables, server, '10.72.0.5')]
  const ways = await openWays({ servers: [server, server], tables })
  return { server, run: besideLog(ways, server.logPath, readBack), [Symbol.asyncDispose]: () => ways[Symbol.asyncDispose]() }
}

function opened(tables: typeof firstTables, server: MariadbServer, host: string): readonly OpenableTable[] {
  return Object.entries(tables).map(([name, columns]) =>
    openableOf({ ...tableOf(name, columns, { host, connector: 'mysql', schema: 'shop' }), login: 'login' }, server),
  )
}

/** What the server was asked for, without the marks. */
function readBack(log: string): readonly string[] {
  return [...log.matchAll(/Execute\t\/\* tributary [0-9a-f]{16} \*\/ (SELECT .*)$/gm)].map(([, text]) => text as string)
}
