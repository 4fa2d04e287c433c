// Functions of angles. Java promises them to one unit in the last place, and so do these: Spark's own last digit depends on the machine.

import { once, titled, typed } from './arguments.ts'
import type { Named, SparkFunction } from './function.ts'

const nan = `CAST('NaN' AS DOUBLE)`

/** NaN where DuckDB would refuse the value. */
function ofAngle(
  name: string,
  write: (angle: string) => string,
  isDefined = (angle: string): string => `isfinite(${angle})`,
): SparkFunction {
  return typed({ takes: ['double'], gives: 'double', title: titled(name.toUpperCase()) }, (angle = '') =>
    once(angle, 'ang', (value) => `CASE WHEN ${isDefined(value)} THEN ${write(value)} WHEN ${value} IS NOT NULL THEN ${nan} END`),
  )
}

const everywhere = (): string => 'true'
const upToOne = (value: string): string => `${value} BETWEEN -1 AND 1`

/** Functions of angles, by name. */
export const angleFunctions: Named<SparkFunction> = {
  acos: ofAngle('acos', (x) => `acos(${x})`, upToOne),
  acosh: ofAngle(
    'acosh',
    (x) => `ln(${x} + sqrt(${x} * ${x} - 1))`,
    (x) => `${x} >= 1 AND NOT isnan(${x})`,
  ),
  asin: ofAngle('asin', (x) => `asin(${x})`, upToOne),
  asinh: ofAngle(
    'asinh',
    (x) => `CASE WHEN ${x} = CAST('-Infinity' AS DOUBLE) THEN ${x} WHEN isnan(${x}) THEN ${x} ELSE ln(${x} + sqrt(${x} * ${x} + 1)) END`,
    everywhere,
  ),
  atan: ofAngle('atan', (x) => `atan(${x})`, everywhere),
  atan2: typed({ takes: ['double', 'double'], gives: 'double', title: titled('ATAN2') }, (y, x) => `atan2(${y} + 0e0, ${x} + 0e0)`),
  atanh: ofAngle('atanh', (x) => `CASE WHEN abs(${x}) = 1 THEN ${x} * CAST('Infinity' AS DOUBLE) ELSE atanh(${x}) END`, upToOne),
  cos: ofAngle('cos', (x) => `cos(${x})`),
  cosh: ofAngle('cosh', (x) => `cosh(${x})`, everywhere),
  cot: ofAngle('cot', (x) => `(1 / tan(${x}))`),
  csc: ofAngle('csc', (x) => `(1 / sin(${x}))`),
  sec: ofAngle('sec', (x) => `(1 / cos(${x}))`),
  sin: ofAngle('sin', (x) => `sin(${x})`),
  sinh: ofAngle('sinh', (x) => `sinh(${x})`, everywhere),
  tan: ofAngle('tan', (x) => `tan(${x})`),
  tanh: ofAngle('tanh', (x) => `tanh(${x})`, everywhere),
}
