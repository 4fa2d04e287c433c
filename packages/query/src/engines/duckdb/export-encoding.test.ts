// Encodings of exports against another program's: every character that both know has the same bytes, and none is written that the other has not.

import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { encoderOf } from './export-encoding.ts'

/** Every character of the basic plane that Python encodes, with its bytes in hex. */
function pythonTable(encoding: string): ReadonlyMap<string, string> {
  const script = `import json, sys
known = {}
for code in range(0x10000):
    if 0xD800 <= code < 0xE000: continue
    try: known[chr(code)] = chr(code).encode(sys.argv[1]).hex()
    except UnicodeEncodeError: pass
print(json.dumps(known))`
  const table = JSON.parse(execFileSync('python3', ['-c', script, encoding], { maxBuffer: 2 ** 26 }).toString()) as Record<string, string>
  return new Map(Object.entries(table))
}

const inBrowsers = new TextDecoder('gbk')

function bytesOf(encode: (text: string) => Buffer, character: string): string | undefined {
  try {
    return encode(character).toString('hex')
  } catch {
    return undefined
  }
}

describe.each([
  ['gbk', 21_000, []],
  // The middle dot and the dash, which Python's GB 2312 reads as others of their kind than GBK does, and Spark with it.
  ['gb2312', 7_000, ['b7', '2014', '2015', '30fb']],
] as const)('%s', (encoding, least, exceptions) => {
  it('is what Python says', () => {
    const known = pythonTable(encoding)
    expect(known.size).toBeGreaterThan(least)
    const encode = encoderOf(encoding)
    const different: string[] = []
    for (let code = 0; code < 0x1_0000; code += 1) {
      if (code >= 0xd800 && code < 0xe000) continue
      const character = String.fromCodePoint(code)
      const [ours, theirs] = [bytesOf(encode, character), known.get(character)]
      // Browsers read some eighty characters more as GBK than Python does.
      const isBrowsers = theirs === undefined && ours !== undefined && inBrowsers.decode(Buffer.from(ours, 'hex')) === character
      if (ours !== theirs && !(encoding === 'gbk' && isBrowsers)) different.push(code.toString(16))
    }
    expect(different).toEqual(exceptions)
  })

  it('refuses what it has not, naming it', () => {
    expect(() => encoderOf(encoding)('fine 🙂')).toThrow(`U+1F642, which ${encoding} has not`)
  })
})
