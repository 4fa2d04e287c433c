// Declarations are complete, and every witness in the ledger is a test that exists.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { absentOperations, fidelityLedger, routeKey } from './fidelity.ts'
import { type Fidelity, operation, parameterNames } from './operation.ts'
import { allOperations, operations } from './operations.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

describe('operations', () => {
  it('cannot be declared without an action and a fidelity entry', () => {
    type Draft = Parameters<typeof operation>[0]
    expectTypeOf<Draft>().toExtend<{ readonly action: `${string}:${string}:${string}`; readonly fidelity: Fidelity }>()
    expectTypeOf<Omit<Draft, 'action'>>().not.toExtend<Draft>()
    expectTypeOf<Omit<Draft, 'fidelity'>>().not.toExtend<Draft>()
    const fidelity = { state: 'real', note: '', witness: 'x' } as const
    const least = {
      id: 'x',
      noun: 'x',
      method: 'GET',
      path: '/x',
      summary: 'x',
      needs: 'nobody',
      family: 'dli',
      response: { status: 200 },
    } as const
    expect(operation({ ...least, fidelity, action: 'a:b:c' }).paths).toEqual(['/x'])
  })

  it('each carry an action, a witness and, where partial, a note', () => {
    expect(allOperations.length).toBeGreaterThan(50)
    for (const { id, action, fidelity, summary } of allOperations) {
      expect(action, id).toMatch(/^(dli|iam|vpc|tributary):[A-Za-z]+:[A-Za-z]+$/)
      expect(fidelity.witness, id).not.toBe('')
      expect(fidelity.state === 'partial' ? fidelity.note : 'real', id).not.toBe('')
      expect(summary, id).toMatch(/\.$/)
    }
  })

  it('have ids and paths of their own', () => {
    for (const [id, { id: own }] of Object.entries(operations)) expect(own).toBe(id)
    const keys = allOperations.flatMap(({ method, paths }) => paths.map((path) => routeKey(method, path)))
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('describe every parameter of every path, and a role needs a project', () => {
    for (const { id, paths, params, needs } of allOperations) {
      for (const path of paths) for (const name of parameterNames(path)) expect(Object.keys(params.properties), id).toContain(name)
      const isInProject = ['reader', 'editor', 'admin'].includes(needs)
      expect(!isInProject || parameterNames(paths[0]).includes('project_id'), id).toBe(true)
    }
  })
})

describe('the fidelity ledger', () => {
  it('lists every published operation once, as real, partial or absent', () => {
    const ledger = fidelityLedger()
    const keys = ledger.map(({ method, path }) => routeKey(method, path))
    expect(new Set(keys).size).toBe(keys.length)
    expect(absentOperations.length).toBeGreaterThan(3)
    expect(keys).toContain('POST /v2.0/{}/datasource/enhanced-connections')
    expect(ledger.find(({ path }) => path === '/v3/{project_id}/orders/elastic-resource-pools')?.state).toBe('absent')
  })

  it('names witnesses that exist', () => {
    const titles = testTitles()
    expect(titles.size).toBeGreaterThan(20)
    const missing = fidelityLedger().filter(({ witness, state }) => state !== 'absent' && !titles.has(witness))
    expect(missing.map(({ method, path, witness }) => `${method} ${path}: no test is called "${witness}"`)).toEqual([])
  })
})

/** Titles of all tests in the tree. */
function testTitles(): ReadonlySet<string> {
  const titles = new Set<string>()
  for (const folder of ['packages', 'tests']) {
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.test.ts') || file.includes('node_modules')) continue
      const text = readFileSync(join(root, folder, file), 'utf8')
      for (const match of text.matchAll(/\b(?:it|test)\(\s*'([^']+)'/g)) titles.add(match[1] as string)
    }
  }
  return titles
}
