// What must be hidden is hidden in every spelling, and nothing else changes.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSecretKey, redactStatement } from './statement.ts'

const canary = 'Zq7Kx9Vt3'

describe('redactStatement', () => {
  it.each([
    [`USING JDBC OPTIONS ('user'='u', 'password'='${canary}')`, `USING JDBC OPTIONS ('user'='***', 'password'='***')`],
    [`OPTIONS (PASSWORD "${canary}", url 'x')`, `OPTIONS (PASSWORD "***", url 'x')`],
    [`OPTIONS ('url'='jdbc:postgresql://u:${canary}@10.0.0.1:5432/db')`, `OPTIONS ('url'='jdbc:postgresql://u:***@10.0.0.1:5432/db')`],
    [
      `OPTIONS ('url'='jdbc:postgresql://h:1/d?user=u&password=${canary}&ssl=true')`,
      `OPTIONS ('url'='jdbc:postgresql://h:1/d?user=u&password=***&ssl=true')`,
    ],
    [`OPTIONS ('password'='${canary}`, `OPTIONS ('password'='***'`],
    [`OPTIONS ('password'='a\\'${canary}', 'x'='y')`, `OPTIONS ('password'='***', 'x'='y')`],
    [`OPTIONS ('password'='a' '${canary}', 'x'='y')`, `OPTIONS ('password'='***' '***', 'x'='y')`],
    [`set secret_key = ${canary}`, 'set secret_key = ***'],
    [`ALTER USER u IDENTIFIED BY '${canary}'`, `ALTER USER u IDENTIFIED BY '***'`],
    [`-- 'password'='${canary}'\nSELECT 1`, `-- 'password'='***'\nSELECT 1`],
    [`/* password="${canary}" */ SELECT 1`, `/* password="***" */ SELECT 1`],
  ])('%s', (sql, expected) => expect(redactStatement(sql)).toBe(expected))

  it.each([
    `SELECT password, token FROM users WHERE id = 'x' -- it's fine`,
    `CREATE TABLE t USING JDBC OPTIONS ('url'='jdbc:postgresql://10.0.0.1:5432/db?ssl=true', 'passwdauth'='auth1', 'encryption'='true')`,
    `SELECT a AS "b", \`c d\` FROM t WHERE note = 'it''s' AND x <> 1.5;`,
  ])('leaves alone: %s', (sql) => expect(redactStatement(sql)).toBe(sql))

  it.each([
    ['a name in two strings', `'pass' 'word'='${canary}'`, `'pass' 'word'='***'`],
    ['a name in two strings, with a blank', `'pass' 'word '='${canary}'`, `'pass' 'word '='***'`],
    ['a name in two strings after a word', `x 'pass' 'word'='${canary}'`, `x 'pass' 'word'='***'`],
    ['a name in two strings after a name without a value', `password, 'pass' 'word'='${canary}'`, `password, 'pass' 'word'='***'`],
    ['a name beside another string', `'a b' 'password '='${canary}'`, `'a b' 'password '='***'`],
    ['a name with a quote in it', `"it's.password"='${canary}'`, `"it's.password"='***'`],
    ['a name with an octal escape', `'\\160assword'='${canary}'`, `'\\160assword'='***'`],
    ['a name with an escaped line end', `'password\\\n'='${canary}'`, `'password\\\n'='***'`],
    ['a value that ends with a sign', `'password'='${canary}='`, `'password'='***'`],
    ['a value that begins with a sign', `'password'=':${canary}'`, `'password'='***'`],
    ['a value that ends with a quoted sign', `'password'='${canary}''='`, `'password'='***'`],
    ['a value that begins with a quoted sign', `'password'='=''${canary}'`, `'password'='***'`],
    ['a value of a word and a string', `password = x'${canary}'`, `password = ***'***'`],
    ['a user with blanks', `OPTIONS (' user '='${canary}')`, `OPTIONS (' user '='***')`],
    ['a comment up to its end', `/* password=${canary}*/ SELECT 1`, '/* password=****/ SELECT 1'],
    ['a comment without an end', `SELECT 1 /* password=${canary}`, 'SELECT 1 /* password=***'],
    ['a long login', `'jdbc:x://ann:${canary}@h'`, `'jdbc:x://ann:***@h'`],
    ['a login with a line end', `'jdbc:x://ann:a\n${canary}@h'`, `'jdbc:x://ann:***@h'`],
    ['a thin login', `'jdbc:oracle:thin:scott/${canary}@h:1521/x'`, `'jdbc:oracle:thin:scott/***@h:1521/x'`],
    ['a thin login with a line end', `'jdbc:oracle:thin:scott/a\n${canary}@h'`, `'jdbc:oracle:thin:scott/***@h'`],
    ['a last parameter', `'jdbc:x://h/d?password=${canary}'`, `'jdbc:x://h/d?password=***'`],
    ['a parameter with a blank', `'jdbc:x://h/d?password =${canary}'`, `'jdbc:x://h/d?password =***'`],
    ['a parameter beside one that is no code', `'http://h/?a%=1&pass%77ord=${canary}'`, `'http://h/?a%=1&pass%77ord=***'`],
  ])('hides exactly the secret of %s', (_what, sql, expected) => expect(redactStatement(sql)).toBe(expected))

  it.each([
    ['a column behind a table named like OPTIONS', `SELECT 1 FROM my_options JOIN options_old WHERE user = 'ann'`],
    ['options that only sound like a user', `OPTIONS ('superuser'='x', 'username'='y')`],
    ['a word that ends like BY', `SELECT password standby 'x'`],
    ['a word that begins like TO', `SELECT password total 'x'`],
    ['a string and a word that make a name together', `'pass' word 'x'`],
    ['a word and a string that make a name together', `pass 'word' 'x'`],
    ['a comment without an end', 'SELECT 1 /* note'],
    ['the least comment without an end', '/*/'],
  ])('leaves alone %s', (_what, sql) => expect(redactStatement(sql)).toBe(sql))

  it('lets no secret through, however it is written', () => {
    const key = fc.constantFrom(
      'password',
      'Passwd',
      'pwd',
      'SECRET',
      'secret_key',
      'access_token',
      'db.password',
      'refreshToken',
      'pass\\word',
      '\\u0070assword',
    )
    const quoted = (text: string, quote: string): string => quote + text + quote
    const gap = fc.constantFrom('', ' ', '\n', '\t ', '/* c */', ' -- it\'s "so"\n', "/* 'x' = */ ")
    const before = fc.constantFrom('', 'x', 'a\\', 'it\\', ' ', '%', '@', 'é', '&', ';', '=', ',', '//u:p@', '--', '/*')
    const quotes = fc.constantFrom("'", '"', '`')
    const option = fc
      .record({
        key,
        keyQuote: quotes,
        valueQuote: fc.constantFrom("'", '"'),
        sign: fc.constantFrom('=', ' ', ' = '),
        one: gap,
        two: gap,
        lead: before,
        isOpen: fc.boolean(),
        upper: fc.boolean(),
      })
      .map((form) => {
        const name = form.upper && !form.key.includes('\\') ? form.key.toUpperCase() : form.key
        const lead = form.lead.endsWith('\\') ? `${form.lead}${form.valueQuote}` : form.lead
        const value = form.isOpen
          ? `${form.valueQuote}${lead}${canary} tail ${canary}`
          : quoted(`${lead}${canary} x${form.valueQuote}${form.valueQuote}${canary}`, form.valueQuote)
        return `${quoted(form.keyQuote === '`' ? name.replaceAll('\\u0070', 'p').replaceAll('\\', '') : name, form.keyQuote)}${form.one}${form.sign}${form.two}${value}`
      })
    const statement = fc.tuple(
      fc.constantFrom(
        'CREATE TABLE t USING JDBC OPTIONS (',
        'create table `x` (a int) using jdbc options(\n',
        '',
        '((',
        "'url'='jdbc:postgresql://h/d', ",
      ),
      option,
      fc.constantFrom(')', '', ", 'user'='u')", ' -- end'),
    )
    let seen = 0
    fc.assert(
      fc.property(statement, (parts) => {
        seen += 1
        const sql = parts.join('')
        expect(sql).toContain(canary)
        expect(redactStatement(sql)).not.toContain(canary)
      }),
      { numRuns: 3000 },
    )
    expect(seen).toBeGreaterThan(1000)
  })

  it('hides a value whose statement has a quote too many', () => {
    const sql = `CREATE TABLE t USING JDBC OPTIONS ('url'='x'y', 'password'='${canary} with ${canary}', 'user'='u')`
    expect(redactStatement(sql)).not.toContain(canary)
    const adrift = `'x'y', 'password'='${canary} z "q" "pass" "word"="${canary}", 'note`
    expect(redactStatement(adrift)).toBe(`'x'y', 'password'='************"***" "pass" "word"="***", 'note`)
  })

  it('hides the user of a login among OPTIONS, and leaves a column of that name alone', () => {
    const table = `CREATE TABLE t USING JDBC OPTIONS ('user'='${canary}', USER = '${canary}', 'passwdauth'='open')`
    expect(redactStatement(table)).toBe(`CREATE TABLE t USING JDBC OPTIONS ('user'='***', USER = '***', 'passwdauth'='open')`)
    const query = `SELECT name FROM t WHERE user = 'ann'`
    expect(redactStatement(query)).toBe(query)
  })

  it('takes any text, and changes nothing more the second time', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (sql) => {
        const once = redactStatement(sql)
        expect(redactStatement(once)).toBe(once)
      }),
    )
  })
})

describe('isSecretKey', () => {
  it('knows names that hold secrets from names that name them', () => {
    expect(['password', 'PWD', 'secretKey', 'a.b.token', 'api_key'].filter((name) => !isSecretKey(name))).toEqual([])
    expect(['user', 'url', 'passwdauth', 'keyword', 'dbtable'].filter(isSecretKey)).toEqual([])
  })
})
