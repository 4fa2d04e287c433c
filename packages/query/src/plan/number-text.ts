// Numbers as the text that Java prints: doubles with an exponent from 10^7 on, small decimals with one from scale 7 on.

/** A double or float, from the fewest digits that tell it from its neighbours: `1.0E10`, `0.001`, `2.0`. */
export function doubleText(sql: string): string {
  const value = 'dt_v'
  const printed = `CAST(${value} AS VARCHAR)`
  const mantissa = `regexp_extract(${printed}, '^-?([0-9.]+)', 1)`
  const [whole, fraction] = [`split_part(${mantissa}, '.', 1)`, `split_part(${mantissa}, '.', 2)`]
  const digits = `rtrim(ltrim(${whole} || ${fraction}, '0'), '0')`
  const shift = `CAST(coalesce(nullif(regexp_extract(${printed}, 'e(.*)$', 1), ''), '0') AS INTEGER)`
  const exponent = `(${shift} + CASE WHEN ${whole} <> '0' THEN length(${whole}) - 1 ELSE length(ltrim(${fraction}, '0')) - length(${fraction}) - 1 END)`
  const rest = `CASE WHEN length(${digits}) > 1 THEN substring(${digits}, 2) ELSE '0' END`
  const scientific = `CASE WHEN ${value} < 0 THEN '-' ELSE '' END || substring(${digits}, 1, 1) || '.' || ${rest} || 'E' || ${exponent}`
  const infinite = `CASE WHEN ${value} > 0 THEN 'Infinity' ELSE '-Infinity' END`
  const isPlain = `${value} = 0 OR (abs(${value}) >= 0.001 AND abs(${value}) < 10000000)`
  const text = `CASE WHEN isnan(${value}) THEN 'NaN' WHEN isinf(${value}) THEN ${infinite} WHEN ${isPlain} THEN ${printed} ELSE ${scientific} END`
  return `list_transform([${sql}], lambda ${value}: ${text})[1]`
}

/**
 * The text of a number without its exponent: `1.5e-3` is 0.0015. DuckDB reads decimals with exponents wrongly.
 * @param text - DuckDB text of a number's text, without blanks around it
 */
export function plainNumber(text: string): string {
  const [whole, fraction] = ['pn_p.w', 'pn_p.f']
  const digits = `(${whole} || ${fraction})`
  // More digits than a decimal has say no more: the rest is none, or too many.
  const power = 'CAST(greatest(least(CAST(pn_p.e AS DOUBLE), 400), -400) AS INTEGER)'
  const place = `(length(${whole}) + ${power})`
  const shifted = `CASE WHEN ${place} <= 0 THEN '0.' || repeat('0', -${place}) || ${digits} WHEN ${place} >= length(${digits}) THEN ${digits} || repeat('0', ${place} - length(${digits})) ELSE substring(${digits}, 1, ${place}) || '.' || substring(${digits}, ${place} + 1) END`
  const groups = `regexp_extract(${text}, '^([+-]?)([0-9]*)\\.?([0-9]*)[eE]([+-]?[0-9]+)$', ['s', 'w', 'f', 'e'])`
  const plain = `list_transform([${groups}], lambda pn_p: CASE WHEN pn_p.e <> '' THEN pn_p.s || ${shifted} END)[1]`
  return `CASE WHEN regexp_matches(${text}, '[eE]') THEN ${plain} ELSE ${text} END`
}

/** A decimal; below 0.000001 with an exponent where it has seven digits or more behind the point. */
export function decimalText(sql: string, precision: number, scale: number): string {
  // DuckDB leaves out the 0 before the point when the type has no digit there.
  const whole = precision === scale && precision < 38 ? `CAST(${sql} AS DECIMAL(${precision + 1},${scale}))` : sql
  const text = `CAST(${whole} AS VARCHAR)`
  if (scale <= 6) return text
  const digits = `ltrim(replace(replace(${text}, '.', ''), '-', ''), '0')`
  const rest = `CASE WHEN length(${digits}) > 1 THEN '.' || substring(${digits}, 2) ELSE '' END`
  const small = `CASE WHEN ${sql} < 0 THEN '-' ELSE '' END || substring(${digits}, 1, 1) || ${rest} || 'E' || (length(${digits}) - ${scale + 1})`
  return `CASE WHEN ${sql} = 0 THEN '0E-${scale}' WHEN abs(${sql}) < 0.000001 THEN ${small} ELSE ${text} END`
}
