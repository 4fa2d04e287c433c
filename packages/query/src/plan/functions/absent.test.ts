// Every function that Spark lists is on offer, a word of the language, or absent for a reason that is told, and then refused by name.

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CaseEngine, casesFolder, openCaseEngine } from '../sample-answers.ts'
import { absentFunctions } from './absent.ts'
import { generators } from './generators.ts'
import { higherOrderFunctions } from './lambdas.ts'
import { aggregates, functions } from './offered.ts'
import { windowFunctions } from './windows.ts'

const spark = JSON.parse(readFileSync(new URL('functions.json', casesFolder), 'utf8')) as readonly string[]
/** Spark lists them among its functions; here they are grammar, or meant by it. */
const words = new Set('and between case cast current_database div extract grouping grouping_id ilike in like not or rlike when'.split(' '))
const offered = new Set([functions, aggregates, higherOrderFunctions, windowFunctions, generators].flatMap((table) => Object.keys(table)))

let engine: CaseEngine
beforeAll(async () => {
  engine = await openCaseEngine()
})
afterAll(() => engine.close())

it('knows every function of Spark', () => {
  const named = spark.filter((name) => /^[a-z]/.test(name) && !words.has(name))
  expect(named.length).toBeGreaterThan(300)
  expect(named.filter((name) => !offered.has(name) && absentFunctions[name] === undefined)).toEqual([])
})

it('has no reason for what is on offer, or for what Spark has not', () => {
  expect(Object.keys(absentFunctions).filter((name) => offered.has(name) || !spark.includes(name))).toEqual([])
})

it.each(Object.keys(absentFunctions))('refuses %s by name', async (name) => {
  await expect(engine.answer(`SELECT ${name}(1)`)).rejects.toMatchObject({
    kind: 'unsupported',
    message: `function ${name} is not offered`,
  })
})
