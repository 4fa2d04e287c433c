// Tables of values on which engines differ: nulls, ends of types, -0 and NaN, padding, case, collations, digits, ends of the calendar.

/** What fills the first database: `edges` has every kind of column, the others are there to be joined. */
export const firstSetup = `
create type mood as enum ('sad', 'glad');
create collation loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create collation german (provider = icu, locale = 'de-DE');
create table edges (
  id int4 primary key, k int4, b bool, s int2, i int4, l int8, d numeric(12,2), w numeric(20,4), n numeric, f float8, e float4, t text, v varchar(12), c char(6),
  x text collate loose, g text collate german, m mood, u uuid, day date, ts timestamp, tz timestamptz);
insert into edges (id) values (0);
insert into edges values
 (1, 1, true, 32767, 2147483647, 9223372036854775807, 9999999999.99, 9999999999999999.9999, 12345678901234567890.123456789012345678, 'NaN', 'NaN', 'abc', 'abc', 'abc', 'abc', 'Zebra', 'sad',
  '00000000-0000-0000-0000-000000000001', '9999-12-31', '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999+00'),
 (2, 1, false, -32768, -2147483648, -9223372036854775808, -9999999999.99, -9999999999999999.9999, -0.000000000000000001, '-Infinity', '-Infinity', 'ABC', 'ABC', 'ABC', 'ABC', 'äpfel', 'glad',
  'ffffffff-ffff-ffff-ffff-ffffffffffff', '0001-01-01', '0001-01-01 00:00:00', '0001-01-01 00:00:00+00'),
 (3, 2, true, 0, 0, 0, 0, 0, 0, -0.0, -0.0, '', '', '', '', '', 'sad', null, '1970-01-01', '1970-01-01 00:00:00', '1970-01-01 00:00:00+00'),
 (4, 2, null, 1, 1, 9007199254740993, 0.01, 0.0001, 0.5, 0.0, 0.0, 'abc ', 'abc ', 'abc ', 'abc ', 'apfel', null, null, '1969-12-31', '1969-12-31 23:59:59.999999', '1969-12-31 23:59:59.999999+00'),
 (5, 3, false, -1, -1, -9007199254740993, -0.01, -0.0001, -0.5, 'Infinity', 'Infinity', 'a%c', 'a_c', 'a c', 'aBc', 'Apfel', 'glad', null, '2024-02-29', '2024-02-29 12:34:56.789', '2024-02-29 12:34:56.789-05'),
 (6, 3, true, 2, 46341, 3037000500, 12.50, 3.1415, 2.718281828459045235, 0.1, 0.1, 'ab' || chr(8364), 'zz', ' lead', 'ABC', 'zebra', null, null, '2024-02-29', '2024-02-29 00:00:00', '2024-02-29 00:00:00+00'),
 (7, 3, true, 2, 46341, 3037000500, 12.50, 3.1415, 2.718281828459045235, 0.1, 0.1, chr(65536 + 5000), 'zz', 'lead', 'abd', 'ZEBRA', 'sad', null, '2000-01-01', '2000-01-01 10:00:00', '2000-01-01 10:00:00+02'),
 (8, null, null, null, null, 9223372036854775807, 9999999999.99, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
insert into edges select i, i % 7, i % 2 = 0, i % 5, i * 1000, i * 3000000000, i * 1.25, i * 0.0625, i / 8.0, i / 4.0, i / 4.0, 'row ' || (i % 6), 'v' || (i % 4), 'c' || (i % 3), chr(97 + i % 4), chr(65 + i % 5),
  case when i % 3 = 0 then 'sad' else 'glad' end::mood, null, date '2024-01-01' + i, timestamp '2024-01-01' + i * interval '1 hour', timestamptz '2024-01-01 00:00+00' + i * interval '90 minutes'
  from generate_series(10, 40) i;
create table parts (id int4 primary key, k int4, label text, tag varchar(8), price numeric(8,3), made date);
insert into parts select i, nullif(i % 6, 5), 'label ' || (i % 9), chr(97 + i % 4), i * 1.125, date '2024-01-20' + i % 11 from generate_series(1, 60) i;
insert into parts values (100, null, null, null, null, null), (101, 1, 'abc', 'abc ', -1, '0001-01-01');
create table sales (id int8, part int4, buyer int4, amount numeric(12,2), count int4, day date, note text);
insert into sales select i, case when i % 11 = 0 then null else i % 70 end, i % 5, (i * 37 % 1000) / 4.0, i % 9, date '2024-01-15' + i % 30, case when i % 4 = 0 then null else 'note ' || (i % 8) end from generate_series(1, 500) i;
create table buyers (id int4, name text, region varchar(10));
insert into buyers values (0, 'Ann', 'north'), (1, 'Bob', 'south'), (2, 'Cy', null), (3, 'Dee', 'north'), (9, 'Eve', 'west');
create table nothing (id int4, t text, d numeric(5,1));
`

/** Names and types under which the tables of {@link firstSetup} are declared. */
export const firstTables: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  edges: {
    id: 'int',
    k: 'int',
    b: 'boolean',
    s: 'smallint',
    i: 'int',
    l: 'bigint',
    d: 'decimal(12,2)',
    w: 'decimal(20,4)',
    n: 'decimal(38,18)',
    f: 'double',
    e: 'float',
    t: 'string',
    v: 'string',
    c: 'string',
    x: 'string',
    g: 'string',
    m: 'string',
    u: 'string',
    day: 'date',
    ts: 'timestamp',
    tz: 'timestamp',
  },
  parts: { id: 'int', k: 'int', label: 'string', tag: 'string', price: 'decimal(8,3)', made: 'date' },
  sales: { id: 'bigint', part: 'int', buyer: 'int', amount: 'decimal(12,2)', count: 'int', day: 'date', note: 'string' },
  buyers: { id: 'int', name: 'string', region: 'string' },
  nothing: { id: 'int', t: 'string', d: 'decimal(5,1)' },
}

/** What fills the second server. */
export const secondSetup = `create table towns (id int4, k int4, name text); insert into towns select i, i % 5, 'town ' || (i % 4) from generate_series(1, 12) i`

/** Names and types of the second server's tables. */
export const secondTables: Readonly<Record<string, Readonly<Record<string, string>>>> = { towns: { id: 'int', k: 'int', name: 'string' } }
