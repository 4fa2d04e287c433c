// Random queries over the tables of this folder: joins of every kind, conditions, groups, aggregates, orders and limits, many of which a source can answer whole.

/** A number from 0 up to but not including 1. */
export type Random = () => number

interface Column {
  readonly sql: string
  readonly type: 'whole' | 'decimal' | 'float' | 'string' | 'date' | 'timestamp' | 'boolean'
}

interface Table {
  readonly name: string
  readonly columns: Readonly<Record<string, Column['type']>>
  /** Columns that meet those of other tables. */
  readonly keys: readonly string[]
}

const tables: readonly Table[] = [
  {
    name: 'edges',
    columns: columnsOf(
      'id whole, k whole, b boolean, s whole, i whole, l whole, d decimal, w decimal, n decimal, f float, e float, t string, v string, c string, x string, g string, m string, u string, day date, ts timestamp, tz timestamp',
    ),
    keys: ['id', 'k', 's'],
  },
  { name: 'parts', columns: columnsOf('id whole, k whole, label string, tag string, price decimal, made date'), keys: ['id', 'k'] },
  {
    name: 'sales',
    columns: columnsOf('id whole, part whole, buyer whole, amount decimal, count whole, day date, note string'),
    keys: ['part', 'buyer', 'count'],
  },
  { name: 'buyers', columns: columnsOf('id whole, name string, region string'), keys: ['id'] },
  { name: 'nothing', columns: columnsOf('id whole, t string, d decimal'), keys: ['id'] },
  { name: 'towns', columns: columnsOf('id whole, k whole, name string'), keys: ['id', 'k'] },
]

/** Columns as `name type, …`. */
function columnsOf(text: string): Table['columns'] {
  return Object.fromEntries(text.split(', ').map((column) => column.split(' ') as [string, Column['type']]))
}

/** Numbers that a seed decides. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A query, and whether only the number of its rows is certain. */
export interface RandomQuery {
  readonly sql: string
  readonly countsOnly: boolean
}

/** Makes a query. Where it ends in a limit, its order names every output, or only its rows can be counted. */
export function randomQuery(random: Random): RandomQuery {
  return new Maker(random).query()
}

const constants: Readonly<Record<Column['type'], readonly string[]>> = {
  whole: ['0', '1', '2', '3', '5', '-1', '1000', '46341', '2147483647', '9007199254740993'],
  decimal: ['0', '1', '12.5', '-0.01', '0.0001', '100.00', '9999999999.99', '3.1415'],
  float: ['0', '0.1', '1.5', "double('NaN')"],
  string: ["''", "'abc'", "'ABC'", "'abc '", "'row 3'", "'a'", "'glad'", "'north'", "'note 2'", "'Zebra'", "'label 4'", "'äpfel'"],
  date: ["date'2024-02-01'", "date'2024-01-20'", "date'0001-01-01'", "'1970-01-01'", "date'9999-12-31'"],
  timestamp: ["timestamp'2024-01-02 00:00:00'", "timestamp'1970-01-01 00:00:00'", "timestamp'2024-02-29 17:34:56.789'"],
  boolean: ['true', 'false'],
}
const patterns = ["'a%'", "'%b%'", "'row _'", "'A__'", "'%'", "'a\\\\%c'", "'_b_'", "'note%'"]

class Maker {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  query(): RandomQuery {
    const kind = this.#pick(['plain', 'grouped', 'grouped', 'grouped', 'whole', 'distinct', 'nested'] as const)
    const { from, columns } = this.#from()
    const conditions = [
      ...(this.#chance(0.7) ? [this.#condition(columns, 2)] : []),
      ...(this.#chance(0.35) ? [this.#subquery(columns)] : []),
    ]
    const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
    if (kind === 'plain') return this.#cut(`SELECT ${this.#list(this.#some(columns, 4))} FROM ${from}${where}`)
    if (kind === 'distinct') return this.#cut(`SELECT DISTINCT ${this.#list(this.#some(this.#exact(columns), 3))} FROM ${from}${where}`)
    if (kind === 'whole') return { sql: `SELECT ${this.#aggregates(columns)} FROM ${from}${where}`, countsOnly: false }
    if (kind === 'nested') return this.#nested(from, where, columns)
    const keys = this.#some(this.#exact(columns), 2)
    const having = this.#chance(0.3) ? ` HAVING ${this.#having(columns)}` : ''
    return this.#cut(
      `SELECT ${this.#list(keys)}, ${this.#aggregates(columns)} FROM ${from}${where} GROUP BY ${keys.map(({ sql }) => sql).join(', ')}${having}`,
    )
  }

  /** Groups over what a subquery picks. */
  #nested(from: string, where: string, columns: readonly Column[]): RandomQuery {
    const [key, value] = [this.#one(this.#exact(columns)), this.#one(columns)]
    const inner = `SELECT ${key.sql} AS p, ${this.#value(value)} AS q FROM ${from}${where}`
    return this.#cut(`SELECT p, count(q), count(*) AS c FROM (${inner}) z${this.#chance(0.5) ? ' WHERE p IS NOT NULL' : ''} GROUP BY p`)
  }

  #cut(sql: string): RandomQuery {
    if (!this.#chance(0.4)) return { sql, countsOnly: false }
    const limit = ` LIMIT ${this.#pick([0, 1, 3, 10, 40])}`
    if (this.#chance(0.2)) return { sql: `${sql}${limit}`, countsOnly: true }
    const width = outputsOf(sql)
    const order = Array.from(
      { length: width },
      (_none, index) => `${index + 1}${this.#pick(['', ' DESC', ' ASC NULLS LAST', ' DESC NULLS FIRST'])}`,
    )
    return { sql: `${sql} ORDER BY ${order.join(', ')}${limit}`, countsOnly: false }
  }

  #from(): { readonly from: string; readonly columns: readonly Column[] } {
    const count = this.#pick([1, 1, 2, 2, 3])
    const used = Array.from({ length: count }, (_none, index) => ({ table: this.#pick(tables), alias: `a${index}` }))
    const columns = used.flatMap(({ table, alias }) =>
      Object.entries(table.columns).map(([name, type]): Column => ({ sql: `${alias}.${name}`, type })),
    )
    const keyOf = (index: number): string => `a${index}.${this.#pick((used[index] as (typeof used)[number]).table.keys)}`
    const isComma = this.#chance(0.3)
    const [first, second] = used as [(typeof used)[number], (typeof used)[number] | undefined]
    const shared = first.table.keys.filter((key) => second?.table.keys.includes(key))
    if (count === 2 && shared.length > 0 && this.#chance(0.2)) {
      const join = this.#pick(['JOIN', 'LEFT JOIN', 'LEFT SEMI JOIN', 'LEFT ANTI JOIN'])
      const left = columns.filter(({ sql }) => !join.includes('I J') || sql.startsWith('a0.'))
      return { from: `${first.table.name} a0 ${join} ${second?.table.name} a1 USING (${this.#pick(shared)})`, columns: left }
    }
    const meets = used.slice(1).map((_each, index) => `${keyOf(Math.floor(this.#random() * (index + 1)))} = ${keyOf(index + 1)}`)
    const names = used.map(({ table, alias }) => `${table.name} ${alias}`)
    if (isComma && count > 1)
      return {
        from: `(SELECT ${this.#renamed(columns)} FROM ${names.join(', ')} WHERE ${meets.join(' AND ')}) y`,
        columns: this.#inner(columns),
      }
    const joined = names
      .slice(1)
      .map(
        (name, index) =>
          ` ${this.#pick(['JOIN', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN'])} ${name} ON ${meets[index]}${this.#more(columns, index + 1)}`,
      )
    return { from: `${names[0]}${joined.join('')}${this.#chance(0.15) ? this.#halfJoin(columns) : ''}`, columns }
  }

  /** A join that only asks whether there is a row. */
  #halfJoin(columns: readonly Column[]): string {
    const { inner, name, tie } = this.#inside(columns)
    return ` LEFT ${this.#pick(['SEMI', 'ANTI'])} JOIN ${name} ON ${tie}${this.#chance(0.4) ? ` AND ${this.#condition(inner, 0)}` : ''}`
  }

  /** A table for a subquery, and an equality that ties it to the query around it. */
  #inside(columns: readonly Column[]): { readonly inner: readonly Column[]; readonly name: string; readonly tie: string } {
    const table = this.#pick(tables)
    const inner = Object.entries(table.columns).map(([name, type]): Column => ({ sql: `s.${name}`, type }))
    const own = this.#chance(0.8) ? { sql: `s.${this.#pick(table.keys)}`, type: 'whole' } : this.#one(this.#exact(inner))
    const others = columns.filter(({ type }) => type === own.type)
    const tie = others.length === 0 ? 's.id = s.id' : `${own.sql} = ${this.#one(others).sql}`
    return { inner, name: `${table.name} s`, tie }
  }

  /** A condition with a subquery of any kind. */
  #subquery(columns: readonly Column[]): string {
    const { inner, name, tie } = this.#inside(columns)
    const not = this.#pick(['', 'NOT '])
    const more = this.#chance(0.5) ? [this.#condition(inner, 0)] : []
    const where = (conditions: readonly string[]): string => (conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`)
    const roll = this.#random()
    if (roll < 0.35) return `${not}EXISTS (SELECT 1 FROM ${name}${where([tie, ...more])})`
    const own = this.#one(this.#exact(inner))
    const outer = columns.filter(({ type }) => type === own.type)
    if (outer.length === 0) return `${not}EXISTS (SELECT ${own.sql} FROM ${name}${where(more)})`
    const left = this.#one(outer).sql
    if (roll < 0.55) return `${left} ${not}IN (SELECT ${own.sql} FROM ${name}${where(more)})`
    if (roll < 0.65) return `${left} ${not}IN (SELECT ${own.sql} FROM ${name}${where([tie, ...more])})`
    if (roll < 0.73)
      return `${left} ${not}IN (SELECT ${own.sql} FROM ${name} GROUP BY ${own.sql} HAVING count(*) ${this.#pick(['>', '<'])} 2)`
    if (roll < 0.8) return `(${left} ${not}IN (SELECT ${own.sql} FROM ${name}${where(more)}) OR ${this.#condition(columns, 0)})`
    if (roll < 0.85) return `${this.#pick(['0', '3'])} < (SELECT count(*) FROM ${name}${where([tie, ...more])})`
    return `${left} ${this.#operator()} (SELECT ${this.#pick(own.type === 'boolean' ? ['max'] : ['max', 'min'])}(${own.sql}) FROM ${name}${where(more)})`
  }

  /** Another condition of a join, on tables that are there by then. */
  #more(columns: readonly Column[], last: number): string {
    const known = columns.filter(({ sql }) => Number(sql.slice(1, sql.indexOf('.'))) <= last)
    return this.#chance(0.25) ? ` AND ${this.#condition(known, 0)}` : ''
  }

  #renamed(columns: readonly Column[]): string {
    return columns.map(({ sql }) => `${sql} AS ${sql.replace('.', '_')}`).join(', ')
  }

  #inner(columns: readonly Column[]): readonly Column[] {
    return columns.map(({ sql, type }) => ({ sql: `y.${sql.replace('.', '_')}`, type }))
  }

  #condition(columns: readonly Column[], depth: number): string {
    const roll = this.#random()
    if (depth > 0 && roll < 0.3)
      return `(${this.#condition(columns, depth - 1)} ${this.#pick(['AND', 'OR'])} ${this.#condition(columns, depth - 1)})`
    if (depth > 0 && roll < 0.38) return `NOT ${this.#condition(columns, depth - 1)}`
    if (roll > 0.93) return this.#called(columns)
    const column = this.#one(columns)
    const constant = (): string => this.#pick(constants[column.type])
    if (roll < 0.5) return `${column.sql} IS ${this.#pick(['', 'NOT '])}NULL`
    if (roll < 0.58 && column.type !== 'float') return `${column.sql} ${this.#pick(['', 'NOT '])}IN (${constant()}, ${constant()})`
    if (roll < 0.64) return `${column.sql} BETWEEN ${constant()} AND ${constant()}`
    if (roll < 0.72 && column.type === 'string') return `${column.sql} ${this.#pick(['', 'NOT '])}LIKE ${this.#pick(patterns)}`
    if (roll < 0.8) {
      const other = this.#one(columns.filter(({ type }) => type === column.type))
      return `${column.sql} ${this.#operator()} ${other.sql}`
    }
    return `${this.#value(column)} ${this.#operator()} ${constant()}`
  }

  /** A function of rows, compared. */
  #called(columns: readonly Column[]): string {
    const of = (type: Column['type']): string | undefined => columns.filter((column) => column.type === type).map(({ sql }) => sql)[0]
    const [day, text, truth] = [of('date'), of('string'), of('boolean')]
    return this.#pick([
      ...(day === undefined
        ? []
        : [
            `year(${day}) ${this.#operator()} 2024`,
            `month(${day}) IN (1, 2)`,
            `extract(DAY FROM ${day}) > 15`,
            `quarter(${day}) <> 1`,
            `datediff(${day}, date'2024-01-25') > 0`,
          ]),
      ...(text === undefined ? ['1 = 1'] : [`length(${text}) ${this.#operator()} 3`, `substring(${text}, 1, 2) = 'ab'`]),
      ...(truth === undefined ? [] : [`${truth} IS TRUE`, `${truth} IS NOT FALSE`]),
    ])
  }

  #operator(): string {
    return this.#pick(['=', '<>', '<', '<=', '>', '>=', '<=>'])
  }

  /** A column, or something computed of it. */
  #value({ sql, type }: Column): string {
    if (!this.#chance(0.3)) return sql
    const isComputed = this.#chance(0.6)
    if (type === 'whole' && isComputed) return `(${sql} ${this.#pick(['+', '-', '*'])} ${this.#pick(['1', '3', '100000', '4294967296'])})`
    if (type === 'whole') return this.#pick([`abs(${sql})`, `coalesce(${sql}, 7)`, `nullif(${sql}, 1)`])
    if (type === 'decimal' && isComputed) return `(${sql} ${this.#pick(['+', '-', '*'])} ${this.#pick(['1', '0.5', '2.25'])})`
    if (type === 'decimal') return this.#pick([`abs(${sql})`, `coalesce(${sql}, 0)`, `round(${sql}, 1)`, `nullif(${sql}, 0.5)`])
    if (type === 'string' && isComputed) return this.#pick([`upper(${sql})`, `CASE WHEN ${sql} = 'abc' THEN 'first' ELSE ${sql} END`])
    if (type === 'string') return this.#pick([`substring(${sql}, 2, 3)`, `coalesce(${sql}, 'none')`, `nullif(${sql}, 'abc')`])
    if (type === 'date') return `coalesce(${sql}, date'2024-02-01')`
    return sql
  }

  #aggregates(columns: readonly Column[]): string {
    const count = this.#pick([1, 2, 3])
    return Array.from({ length: count }, (_none, index) => `${this.#aggregate(columns)} AS g${index}`).join(', ')
  }

  #aggregate(columns: readonly Column[]): string {
    const column = this.#one(this.#exact(columns))
    const value = this.#value(column)
    const isNumber = column.type === 'whole' || column.type === 'decimal'
    const shapes = ['count(*)', `count(${this.#one(columns).sql})`, `count(DISTINCT ${column.sql})`]
    const orders = column.type === 'boolean' ? [] : [`min(${value})`, `max(${value})`]
    const sums = isNumber
      ? [`sum(${value})`, `sum(${value})`, `avg(${column.sql})`, `sum(${column.sql}) * 2`, `sum(DISTINCT ${column.sql})`]
      : []
    if (this.#chance(0.12)) return this.#filtered(columns, column)
    const chosen =
      isNumber && this.#chance(0.15)
        ? [`sum(CASE WHEN ${this.#condition(columns, 0)} THEN ${column.sql} ELSE 0 END)`]
        : [...shapes, ...orders, ...sums]
    return this.#pick(chosen)
  }

  #filtered(columns: readonly Column[], { sql, type }: Column): string {
    const when = this.#condition(columns, 0)
    const isNumber = type === 'whole' || type === 'decimal'
    return this.#pick([
      `count(*) FILTER (WHERE ${when})`,
      `count(${sql}) FILTER (WHERE ${when})`,
      `count_if(${when})`,
      ...(isNumber ? [`sum(${sql}) FILTER (WHERE ${when})`] : []),
      ...(type === 'boolean' ? [] : [`max(${sql}) FILTER (WHERE ${when})`]),
    ])
  }

  #having(columns: readonly Column[]): string {
    return this.#pick([
      'count(*) > 1',
      'count(*) < 4',
      `min(${this.#one(columns.filter(({ type }) => type === 'whole')).sql}) > 0`,
      'g0 IS NOT NULL',
    ])
  }

  #list(columns: readonly Column[]): string {
    return columns.map(({ sql }, index) => `${sql} AS o${index}`).join(', ')
  }

  /** Those that can be grouped by and added up without depending on order. */
  #exact(columns: readonly Column[]): readonly Column[] {
    return columns.filter(({ type }) => type !== 'float')
  }

  #some(columns: readonly Column[], most: number): readonly Column[] {
    return Array.from({ length: 1 + Math.floor(this.#random() * most) }, () => this.#one(columns))
  }

  #one(columns: readonly Column[]): Column {
    return this.#pick(columns)
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#random() * items.length)] as Item
  }

  #chance(share: number): boolean {
    return this.#random() < share
  }
}

/** How many outputs a select list of this file has. */
function outputsOf(sql: string): number {
  return [...sql.slice(0, sql.indexOf(' FROM ')).matchAll(/ AS [ocg]\d*|^SELECT p, count\(q\)/g)].reduce(
    (sum, [found]) => sum + (found.startsWith('SELECT') ? 2 : 1),
    0,
  )
}
