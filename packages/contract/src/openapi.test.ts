// The OpenAPI document, held to the standard.

import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { openApiDocument } from './openapi.ts'
import { allOperations } from './operations.ts'

describe('the OpenAPI document', () => {
  it('is valid 3.1 and holds every operation', async () => {
    const document = JSON.parse(JSON.stringify(openApiDocument('1.2.3'))) as {
      paths: Record<string, Record<string, { operationId: string }>>
    }
    const result = await new Validator().validate(document)
    expect(result.errors).toBeUndefined()
    expect(result.valid).toBe(true)
    const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId))
    expect(ids.length).toBe(allOperations.flatMap(({ paths }) => paths).length)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { id } of allOperations) expect(ids).toContain(id)
  })
})
