// Random expressions over the rows of the recorded cases: each call of a function gets arguments of the types it takes, from columns, edges and other calls.

/** Kinds of values that expressions have here. */
type Kind = 'int' | 'long' | 'double' | 'decimal' | 'string' | 'boolean' | 'date' | 'time' | 'ints' | 'texts' | 'map'

/** A form of an expression: what it gives, and a text whose `{kind}` are filled in. */
type Form = readonly [gives: Kind, text: string]

/** A source of random numbers that a seed repeats. @see https://github.com/bryc/code/blob/master/jshash/PRNGs.md (mulberry32) */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Columns of the tables, and constants at the edges. */
const leaves: Readonly<Record<Kind, readonly string[]>> = {
  int: ['n.i', 's.a', 's.id', '0', '1', '-1', '7', '2147483647', '-2147483648', 'CAST(NULL AS INT)'],
  long: ['n.l', '0L', '9223372036854775807L', '-1L', '1234567890123L'],
  double: ['n.f', '0D', '1.5D', '-2.5D', '1e10', '0.1D', "double('NaN')", 'CAST(NULL AS DOUBLE)'],
  decimal: ['n.d', '1.5', '-0.05', '100.00', '12345.678', 'CAST(NULL AS DECIMAL(10, 2))'],
  string: ['s.t', "'abc'", "''", "' a b '", "'12'", "'日本語'", "'a,b,c'", "'-1.5'", 'CAST(NULL AS STRING)', "'2024-02-29'", "'x=1&y=2'"],
  boolean: ['s.b', 'true', 'false', 'CAST(NULL AS BOOLEAN)'],
  date: ['d.day_', "DATE '2024-02-29'", "DATE '1999-12-31'", "DATE '1970-01-01'", 'CAST(NULL AS DATE)'],
  time: ['d.ts', "TIMESTAMP '2024-02-29 12:34:56.789'", "TIMESTAMP '1969-12-31 23:59:59.5'", 'CAST(NULL AS TIMESTAMP)'],
  ints: ['array(1, 2, NULL, 2)', 'array(s.a, s.id)', 'array(n.i)', 'CAST(array() AS ARRAY<INT>)', 'CAST(NULL AS ARRAY<INT>)'],
  texts: ["array('b', NULL, 'a')", 'array(s.t)', "split('a,b', ',')"],
  map: ["map('a', 1, 'b', NULL)", "map('k', s.a)"],
}

/** Forms by line: what each gives, and what it is made of. `{small}` is a small whole number written out. */
const lines = `
int: abs({int}) | negative({int}) | {int} + {int} | {int} - {int} | {int} * {int} | {int} % {int} | pmod({int}, {int}) | {int} & {int} | {int} ^ {int} | ~{int} | length({string}) | ascii({string})
int: instr({string}, {string}) | locate({string}, {string}, {small}) | find_in_set({string}, {string}) | bit_count({long}) | shiftleft({int}, {small}) | shiftright({int}, {small}) | octet_length({string})
int: year({date}) | month({date}) | day({date}) | dayofweek({date}) | weekday({date}) | dayofyear({date}) | weekofyear({date}) | quarter({date}) | hour({time}) | minute({time}) | second({time})
int: datediff({date}, {date}) | unix_date({date}) | size({ints}) | array_max({ints}) | array_min({ints}) | element_at({ints}, 1) | {ints}[{small}] | {map}['a'] | CAST({string} AS INT) | CAST({double} AS INT)
int: CAST({decimal} AS INT) | CAST({long} AS INT) | coalesce({int}, {int}) | if({boolean}, {int}, {int}) | nvl2({string}, {int}, {int}) | greatest({int}, {int}) | least({int}, {int}) | nullif({int}, {int}) | round({int}, -1)
int: aggregate({ints}, 0, (acc, x) -> acc + x) | CASE WHEN {boolean} THEN {int} ELSE {int} END | levenshtein('kitten', 'sit') | bit_length({string})
long: {long} + {int} | {long} - {long} | {long} * {int} | CAST({int} AS BIGINT) | CAST({double} AS BIGINT) | floor({double}) | ceil({double}) | crc32({string}) | array_position({ints}, {small})
long: unix_timestamp({time}) | unix_seconds({time}) | unix_millis({time}) | unix_micros({time}) | factorial({small}) | {int} DIV {int} | shiftleft({long}, {small}) | shiftrightunsigned({long}, {small}) | CAST({time} AS BIGINT)
double: {double} + {double} | {double} * {int} | {double} / {double} | {double} - {decimal} | abs({double}) | negative({double}) | CAST({string} AS DOUBLE) | CAST({decimal} AS DOUBLE) | {int} / {int} | round({double}, 2) | rint({double})
double: sign({double}) | nanvl({double}, {double}) | sqrt({double}) | months_between({time}, {time}) | greatest({double}, {double}) | CAST({long} AS DOUBLE) | {double} % {int} | try_divide({int}, {int})
decimal: {decimal} + {decimal} | {decimal} - {int} | abs({decimal}) | round({decimal}, 1) | bround({decimal}, 1) | CAST({string} AS DECIMAL(12, 3)) | CAST({int} AS DECIMAL(12, 1)) | coalesce({decimal}, {int}) | negative({decimal})
decimal: CAST({double} AS DECIMAL(20, 4)) | {decimal} * 2 | {decimal} * {decimal} | {decimal} / {decimal} | {decimal} - {decimal} | {decimal} * {int} | {decimal} % 7 | CASE WHEN {boolean} THEN {decimal} ELSE {decimal} END | ceil({decimal}, 1) | floor({decimal}, 1) | least({decimal}, {int})
string: concat({string}, {string}) | upper({string}) | lower({string}) | trim({string}) | ltrim({string}) | rtrim({string}) | substring({string}, {small}, {small}) | left({string}, {small}) | right({string}, {small}) | reverse({string})
string: lpad({string}, 5, 'xy') | rpad({string}, 5, '*') | repeat({string}, {small}) | replace({string}, 'a', {string}) | translate({string}, 'abc', 'xy') | initcap({string}) | concat_ws('-', {string}, {int}, {string}) | hex({int})
string: substring_index({string}, ',', {small}) | split_part({string}, ',', 2) | regexp_replace({string}, '[a-c]+', '<$0>') | regexp_extract({string}, '([a-z])(.)?', 1) | md5({string}) | sha1({string}) | base64({string}) | bin({int})
string: CAST({int} AS STRING) | CAST({long} AS STRING) | CAST({decimal} AS STRING) | CAST({boolean} AS STRING) | CAST({date} AS STRING) | CAST({time} AS STRING) | CAST({ints} AS STRING) | CAST({map} AS STRING) | soundex({string})
string: date_format({time}, 'yyyy/MM/dd HH:mm') | date_format({date}, 'E, d MMM') | from_unixtime({int}) | conv({string}, 10, 16) | format_number({decimal}, 2) | array_join({texts}, '+', '?') | coalesce({string}, {int}) | overlay({string}, 'Z', 2)
string: if({boolean}, {string}, {string}) | nullif({string}, {string}) | elt({small}, {string}, {string}) | char({int}) | format_string('%s|%d', {string}, {int}) | to_json(array({int})) | get_json_object('{"a":[1,2]}', '$.a[1]') | printf('%5d', {int})
boolean: {int} = {int} | {int} < {long} | {decimal} > {int} | {string} = {string} | {string} < {string} | {date} <= {date} | {double} >= {double} | {int} <=> {int} | {string} IS NULL | NOT {boolean} | {boolean} AND {boolean} | {boolean} OR {boolean}
boolean: {string} LIKE 'a%' | {string} RLIKE '^[a-z ]+$' | contains({string}, 'a') | startswith({string}, {string}) | endswith({string}, {string}) | isnan({double}) | array_contains({ints}, {small}) | arrays_overlap({ints}, {ints})
boolean: exists({ints}, x -> x > 1) | forall({ints}, x -> x > 0) | {int} IN (1, {int}) | {int} BETWEEN {int} AND {int} | CAST({string} AS BOOLEAN) | CAST({int} AS BOOLEAN) | {time} < {time} | {date} = {time} | {ints} = {ints} | map_contains_key({map}, 'a')
date: date_add({date}, {small}) | date_sub({date}, {small}) | add_months({date}, {small}) | last_day({date}) | next_day({date}, 'TU') | trunc({date}, 'MM') | CAST({string} AS DATE) | CAST({time} AS DATE) | to_date({string}) | make_date(2024, {small}, 29)
date: date_from_unix_date({small}) | coalesce({date}, {date}) | greatest({date}, {date})
time: CAST({date} AS TIMESTAMP) | date_trunc('HOUR', {time}) | date_trunc('MONTH', {time}) | timestamp_seconds({int}) | to_timestamp({string}) | CAST({string} AS TIMESTAMP) | from_utc_timestamp({time}, 'Asia/Shanghai')
time: to_utc_timestamp({time}, 'America/New_York') | timestampadd(HOUR, {small}, {time}) | {time} + INTERVAL 1 DAY
ints: array_distinct({ints}) | sort_array({ints}) | sort_array({ints}, false) | reverse({ints}) | slice({ints}, 1, 2) | concat({ints}, {ints}) | array_union({ints}, {ints}) | array_intersect({ints}, {ints}) | array_except({ints}, {ints})
int: +{int} | -({int})
double: bround({double}, 1) | bround({double}) | round({double})
string: trim(BOTH {string} FROM {string}) | ltrim({string}, {string}) | rtrim({string}, {string}) | overlay({string} PLACING 'Z' FROM 2 FOR 1) | to_json(map('x', {double}))
boolean: {boolean} = {int} | {int} = {boolean} | {boolean} <=> {int} | {boolean} <> 1 | {boolean} = 0 | {string} IN ('12', {int}) | {int} IN ('1', {string}) | {int} NOT IN ('7', '1')
date: {small} + {date} | {date} + INTERVAL '1-2' YEAR TO MONTH | {date} - INTERVAL 3 DAYS | INTERVAL 1 WEEK + {date}
time: {date} + INTERVAL 2 HOURS | {time} - INTERVAL '1 02:03:04.5' DAY TO SECOND | {time} + INTERVAL '12:30' HOUR TO MINUTE | {time} + INTERVAL 1.5 SECONDS
ints: array_sort({ints}, (l, r) -> CASE WHEN coalesce(l, 0) < coalesce(r, 0) THEN 1 WHEN coalesce(l, 0) > coalesce(r, 0) THEN -1 ELSE 0 END)
texts: split({string}, ',', 2) | split({string}, '[ab]', 3)
ints: array_remove({ints}, {small}) | array_repeat({int}, {small}) | transform({ints}, x -> x + 1) | filter({ints}, x -> x > 1) | sequence(1, {small}) | map_values({map}) | zip_with({ints}, {ints}, (x, y) -> x + y) | flatten(array({ints}, {ints})) | array({int}, {int})
texts: split({string}, ',') | transform({texts}, x -> upper(x)) | array_distinct({texts}) | sort_array({texts}) | map_keys({map}) | array({string}, {string}) | CAST({ints} AS ARRAY<STRING>)
map: map_filter({map}, (k, v) -> v > 0) | transform_values({map}, (k, v) -> v + 1) | map_concat({map}, map('zz', 9)) | map_from_arrays(array('p', 'q'), array({int}, {int}))
int: TRY_CAST({string} AS INT) | TRY_CAST({double} AS INT) | TRY_CAST({long} AS INT) | TRY_CAST({decimal} AS INT) | hash({int}, {string}) | hash({double}, {decimal}) | hash({date}, {time}, {boolean}) | from_json(to_json(struct({int} AS a)), 'a INT').a
long: TRY_CAST({string} AS BIGINT) | TRY_CAST({time} AS BIGINT) | TRY_CAST({double} AS BIGINT) | xxhash64({string}) | xxhash64({string}, {long}) | xxhash64({double}, {decimal}, {date})
decimal: TRY_CAST({string} AS DECIMAL(12, 3)) | TRY_CAST({double} AS DECIMAL(20, 4)) | TRY_CAST({long} AS DECIMAL(12, 1))
string: sha2({string}, 224) | sha2({string}, 512) | TRY_CAST({time} AS STRING) | from_json(to_json(struct({string} AS t, {double} AS x)), 't STRING, x DOUBLE').t
int: extract(DAY FROM {time} - {time}) | extract(HOUR FROM {time}) | timestampdiff(DAY, {time}, {time})
string: CAST({time} - {time} AS STRING) | CAST({date} - {date} AS STRING) | CAST(({date} - {date}) * {small} AS STRING) | date_format({time}, 'HH:mm:ss.SSS')
time: date_trunc('DAY', {time}) | date_trunc('WEEK', {time}) | timestampadd(DAY, {small}, {time}) | {time} + INTERVAL 1 MONTH | {time} - ({time} - {time}) | make_timestamp(2024, 3, 10, {small}, 30, 0) | to_timestamp({string}, 'yyyy-MM-dd')
boolean: TRY_CAST({string} AS BOOLEAN) | TRY_CAST({string} AS DATE) IS NULL | TRY_CAST({string} AS TIMESTAMP) = {time}
`

const forms: readonly Form[] = lines
  .trim()
  .split('\n')
  .flatMap((line) => {
    const [kind, rest] = [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]
    return rest.split(' | ').map((text): Form => [kind as Kind, text])
  })

/** How deep calls stand in calls. */
const depth = 3

/** One expression; the tables it names are those of FROM. */
export function randomExpression(random: () => number): string {
  const kinds = Object.keys(leaves) as Kind[]
  return written(pick(kinds, random), depth, random)
}

function written(kind: Kind, left: number, random: () => number): string {
  const own = forms.filter(([gives]) => gives === kind)
  if (left === 0 || own.length === 0 || random() < 0.15) return pick(leaves[kind], random)
  const [, text] = pick(own, random)
  return text.replace(/\{(\w+)\}/g, (_all, part: string) => {
    if (part === 'small') return String(Math.floor(random() * 7) - 1)
    const inner = written(part as Kind, left - 1, random)
    return / /.test(inner) && !/^[a-z_]+\(/i.test(inner) ? `(${inner})` : inner
  })
}

function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] as T
}

/** The tables of a query that names these expressions. */
export function queryOf(expressions: readonly string[]): string {
  const tables = ['n', 's', 'd'].filter((table) => expressions.some((one) => new RegExp(`\\b${table}\\.`).test(one)))
  const from = tables.map((table) => (tables.length > 1 ? `(SELECT * FROM ${table} ${small[table]}) AS ${table}` : table))
  return `SELECT ${expressions.join(', ')}${from.length === 0 ? '' : ` FROM ${from.join(' CROSS JOIN ')}`}`
}

/** A few rows of each where several meet. */
const small: Readonly<Record<string, string>> = {
  n: 'WHERE i IS NULL OR i IN (-7, 7, 2147483647)',
  s: 'WHERE id IN (1, 3, 4, 5)',
  d: "WHERE day_ IS NULL OR day_ > DATE '1900-01-01'",
}
