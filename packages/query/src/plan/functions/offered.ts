// The functions on offer, as data. A function that is not in these tables is refused by name.
//
// Every entry has cases in spark-cases/, whose expected values come from Spark itself; a test runs them all.

import { angleFunctions } from './angles.ts'
import { arrayFunctions } from './arrays.ts'
import { bitFunctions } from './bits.ts'
import { conditionFunctions } from './conditions.ts'
import { conversionFunctions } from './conversions.ts'
import { dateTextFunctions } from './date-texts.ts'
import { dateFunctions } from './dates.ts'
import { formattingFunctions } from './formatting.ts'
import type { Named, SparkFunction } from './function.ts'
import { hashFunctions } from './hashes.ts'
import { jsonFunctions } from './json.ts'
import { mapFunctions } from './maps.ts'
import { numberFunctions } from './numbers.ts'
import { patternFunctions } from './patterns.ts'
import { caseFunctions } from './text-case.ts'
import { textFunctions } from './text.ts'

export { aggregates, countedRow } from './aggregates.ts'

/** Functions of rows by theme, each by name in lower case. */
export const themes: Named<Named<SparkFunction>> = {
  text: { ...textFunctions, ...caseFunctions, ...formattingFunctions },
  patterns: patternFunctions,
  numbers: numberFunctions,
  angles: angleFunctions,
  bits: bitFunctions,
  dates: { ...dateFunctions, ...dateTextFunctions },
  conditions: conditionFunctions,
  conversions: conversionFunctions,
  hashes: hashFunctions,
  arrays: arrayFunctions,
  maps: mapFunctions,
  json: jsonFunctions,
}

/** Functions of rows, by name in lower case. */
export const functions: Named<SparkFunction> = Object.assign({}, ...Object.values(themes)) as Named<SparkFunction>
