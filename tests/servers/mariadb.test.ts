// The MariaDB that tests start: filled, telling what it was asked, and gone afterwards.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { mariadbAbsence, startMariadb } from './mariadb.ts'

// Skipped where no mariadb-server is installed.
describe.skipIf(mariadbAbsence() !== undefined)('startMariadb', () => {
  it('fills databases, logs statements, and removes everything', async () => {
    let home = ''
    {
      await using server = await startMariadb({ databases: { shop: 'create table t (id int); insert into t values (1), (2)' } })
      home = dirname(server.logPath)
      expect(await server.query('shop', 'select count(*) as n from t')).toEqual([{ n: 2 }])
      expect(readFileSync(server.logPath, 'utf8')).toContain('select count(*) as n from t')
      expect(existsSync(home)).toBe(true)
    }
    expect(existsSync(home)).toBe(false)
  }, 60_000)

  it('ends when the process that started it is killed', async () => {
    const script = `
      const { startMariadb } = await import(${JSON.stringify(new URL('./mariadb.ts', import.meta.url).href)})
      const server = await startMariadb()
      console.log(server.logPath)
      setInterval(() => undefined, 1000)`
    const parent = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [logPath] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string]
    expect(existsSync(logPath)).toBe(true)
    parent.kill('SIGKILL')
    for (let waited = 0; existsSync(dirname(logPath)) && waited < 10_000; waited += 50) await sleep(50)
    expect(existsSync(dirname(logPath))).toBe(false)
  }, 60_000)
})
