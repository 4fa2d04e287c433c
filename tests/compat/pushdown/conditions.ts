// Conditions with subqueries and functions that every source means as Spark does, over the table `edges e`.

/** Subqueries, those with nulls among their values in front of all. */
export const subqueries: readonly string[] = [
  'EXISTS (SELECT 1 FROM parts p WHERE p.k = e.k)',
  'NOT EXISTS (SELECT 1 FROM parts p WHERE p.k = e.k AND p.price > e.d)',
  'k IN (SELECT k FROM parts)',
  // One of the values is null: nothing is known to be missing.
  'k NOT IN (SELECT k FROM parts)',
  'k NOT IN (SELECT k FROM parts WHERE k IS NOT NULL)',
  'k NOT IN (SELECT k FROM parts WHERE id < 0)',
  'k NOT IN (SELECT p.k FROM parts p WHERE p.id = e.id)',
  'k NOT IN (SELECT k FROM parts GROUP BY k HAVING count(*) > 10)',
  'd > (SELECT avg(price) FROM parts)',
  'day >= (SELECT max(made) FROM parts)',
  't = (SELECT max(v) FROM edges)',
]
/** Subqueries that meet by texts, of other collations and paddings than Spark's. */
export const subqueriesOfTexts: readonly string[] = [
  't IN (SELECT tag FROM parts)',
  'c NOT IN (SELECT label FROM parts WHERE label IS NOT NULL)',
  'x IN (SELECT t FROM edges)',
  'EXISTS (SELECT 1 FROM parts p WHERE p.label = e.c)',
]

/** Functions of dates, texts and numbers. */
export const functions: readonly string[] = [
  'year(day) = 2024',
  'month(day) = 2',
  'quarter(day) = 1',
  'day(day) = 31',
  'extract(YEAR FROM day) < 1970',
  "datediff(day, date'2024-02-01') > 0",
  ...['t', 'v', 'c', 'x'].flatMap((column) => [
    `length(${column}) = 3`,
    `substring(${column}, 2, 2) = 'bc'`,
    `coalesce(${column}, 'abc') = 'abc'`,
  ]),
  ...['s', 'i', 'l', 'd', 'w'].flatMap((column) => [
    `abs(${column}) > 2`,
    `abs(${column}) < 0`,
    `coalesce(${column}, 0) = 0`,
    `nullif(${column}, 1) IS NULL`,
  ]),
  'round(d, 1) = 12.5',
  'round(w, 0) = 3',
  'round(n, 2) < 0',
  'b IS TRUE',
  'b IS NOT FALSE',
  'if(b, i, k) > 1',
]
