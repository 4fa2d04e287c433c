// The published pages, word for word: every printed call gets the printed answer, and the classic connection carries rows.

import { describe, expect, it } from 'vitest'
import kept from './pages.json' with { type: 'json' }
import { readPage } from './pages.ts'
import { playSeeds } from './play.ts'

describe('published pages', () => {
  it('are answered as printed, over the vendor’s signer', async () => {
    const { exchanges, classic } = await playSeeds()
    expect(exchanges.length).toBe(kept.flatMap((page) => page.calls).length)
    expect(exchanges.map((exchange) => exchange.status)).toEqual([201, 200, 201, 201, 200, 201, 201, 200])
    expect(classic.connectionUrl.split(',')).toHaveLength(3)
    expect(classic.rows).toEqual([
      ['/a', 7],
      ['/b', 3],
    ])
    expect(classic.stateAfterDelete).toBe('DELETED')
  }, 60_000)

  it('keep their request bodies and example calls when read from a page’s text', () => {
    const text =
      'Example URL: POST https://{endpoint}/v2.0/p1/datasource/enhanced-connections\n    Body:\n      {\n        "name": "x"\n      }\nanswer\n  {\n    "is_success": true\n  }\n'
    expect(readPage('sample', text).calls).toEqual([
      {
        method: 'POST',
        path: '/v2.0/p1/datasource/enhanced-connections',
        body: '{\n  "name": "x"\n}',
        answer: '{\n  "is_success": true\n}',
      },
    ])
  })
})
