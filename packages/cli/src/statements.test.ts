// Semicolons end statements, but for those in texts, names and comments.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitStatements } from './statements.ts'

describe('splitStatements', () => {
  it('splits at semicolons outside of anything quoted', () => {
    const text = `SELECT ';' AS a, "x;y", \`z;\` -- not; here
FROM t; /* nor; here */ SELECT 'it''s \\'; x' ;; SELECT 3`
    expect(splitStatements(text)).toEqual({
      statements: [`SELECT ';' AS a, "x;y", \`z;\` -- not; here\nFROM t`, `/* nor; here */ SELECT 'it''s \\'; x'`],
      rest: 'SELECT 3',
    })
  })

  it('leaves what is not closed in the rest', () => {
    expect(splitStatements("SELECT 'a;").rest).toBe("SELECT 'a;")
    expect(splitStatements('/* a;').rest).toBe('/* a;')
    expect(splitStatements('SELECT 1; -- that was all;\n')).toEqual({ statements: ['SELECT 1'], rest: '' })
  })

  it('gives back the statements that were joined', () => {
    const part = fc.constantFrom(`'a;b'`, '"c;"', '`d;`', '/* e; */', 'SELECT', '1', ' ', '-- f;\n', `'it''s'`, `'\\';'`)
    const statement = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => `x ${parts.join(' ')} y`)
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 5 }), (all) => {
        expect(splitStatements(`${all.join(';')};`)).toEqual({ statements: all, rest: '' })
      }),
    )
  })
})
