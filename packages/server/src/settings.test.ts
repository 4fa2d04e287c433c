// Settings from flags, environment and file, and their help.

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { serveHelp } from './help.ts'
import { variableOf } from './setting.ts'
import { readSettings, unknownVariables } from './read-settings.ts'
import { settings, UsageError } from './settings.ts'

function fileWith(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'tributary-settings-')), 'tributary.yaml')
  writeFileSync(path, text)
  return path
}

function complaint(args: readonly string[], environment: Record<string, string> = {}): string {
  try {
    readSettings(args, environment)
  } catch (error) {
    if (error instanceof UsageError) return error.message
    throw error
  }
  throw new Error('the settings were taken')
}

describe('settings', () => {
  it('take a block for queues that holds at least one range', () => {
    for (const block of ['10.0.0.0/99', '10.0.0.0/25', '10.248.0.0', 'x']) expect(complaint(['--queue-block', block])).toContain('/24')
    expect(readSettings(['--queue-block', '10.9.8.0/24'], {}).queueBlock).toBe('10.9.8.0/24')
  })

  it('know the variables of the command line from mistakes', () => {
    expect(unknownVariables({ TRIBUTARY_ENDPOINT: 'x', TRIBUTARY_PROFILE: 'y', TRIBUTARY_PROT: '1' })).toEqual(['TRIBUTARY_PROT'])
  })

  it('come from a flag, then the environment, then the file, then the default', () => {
    const config = fileWith('port: 3\ndrain_timeout: 5\nlog-level: warn\n')
    const environment = { TRIBUTARY_CONFIG: config, TRIBUTARY_PORT: '2', TRIBUTARY_LOG_LEVEL: 'error', TRIBUTARY_HOST: '' }
    const read = readSettings(['--port', '1', '--insecure-listen'], environment)
    expect(read).toMatchObject({
      port: 1,
      logLevel: 'error',
      drainTimeoutSeconds: 5,
      host: '127.0.0.1',
      insecureListen: true,
      dataDir: './data',
    })
    expect(read.databaseUrl).toBeUndefined()
    expect(readSettings(['--port=0', '--default-gateway=false'], {})).toMatchObject({ port: 0, defaultGateway: false })
    expect(Object.isFrozen(read)).toBe(true)
  })

  it('that are unknown are refused with what was probably meant', () => {
    expect(complaint(['--prot', '1'])).toBe('--prot is not a flag; did you mean --port? (tributary serve --help lists them)')
    expect(complaint(['--nothing-like-it'])).toBe('--nothing-like-it is not a flag (tributary serve --help lists them)')
    expect(complaint(['here'])).toMatch(/^here is not a flag/)
    expect(complaint(['--config', fileWith('prot: 1\n')])).toMatch(/^"prot" in .* is not a setting; did you mean "port" in/)
    expect(complaint(['--config', fileWith('foo: 1\n')])).toMatch(/^"foo" in \S+ is not a setting \(/)
    expect(complaint(['--foo', '1'])).toBe('--foo is not a flag (tributary serve --help lists them)')
    expect(unknownVariables({ TRIBUTARY_PROT: '1', TRIBUTARY_PORT: '1', PATH: '' })).toEqual(['TRIBUTARY_PROT'])
  })

  it('that are wrong are refused with their place and what they must be', () => {
    expect(complaint(['--port', 'x'])).toMatch(/^--port: must be an integer/)
    expect(complaint([], { TRIBUTARY_PORT: '70000' })).toMatch(/^TRIBUTARY_PORT: must be at most 65535/)
    expect(complaint(['--timing', 'soon'])).toMatch(/^--timing: must be one of instant, cloud/)
    expect(complaint(['--log-level', 'loud'])).toMatch(/^--log-level: must be one of trace/)
    expect(complaint([], { TRIBUTARY_DATABASE_URL: 'postgres://u:s3cret@h/d' })).toMatch(/not offered yet/)
    expect(complaint(['--port'])).toMatch(/^--port needs a value/)
    expect(complaint(['--config', '/nowhere/tributary.yaml'])).toMatch(/cannot be read/)
    expect(complaint(['--config', fileWith('port: [1\n')])).toMatch(/is not YAML/)
    expect(complaint(['--config', fileWith('- port\n')])).toMatch(/must hold settings by name/)
    expect(complaint(['--config', fileWith('networks: { vpc: [] }\n')])).toMatch(/^networks in .*: vpc is not a member/)
  })

  it('let other machines in over TLS, or in clear when that is asked for, and not otherwise', () => {
    for (const host of ['127.0.0.1', '127.255.255.254', '::1', 'localhost']) expect(readSettings(['--host', host], {}).host).toBe(host)
    const ways = [['--insecure-listen'], ['--tls', 'generated'], ['--tls-cert', 'c.pem', '--tls-key', 'k.pem']]
    for (const host of ['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', '127.0.0.1.example.com']) {
      const refusal = complaint(['--host', host])
      for (const way of ['--tls generated', '--tls-cert', '--insecure-listen']) expect(refusal).toContain(way)
      for (const way of ways) expect(readSettings(['--host', host, ...way], {}).host).toBe(host)
    }
  })

  it('of TLS go together', () => {
    for (const alone of ['--tls-cert', '--tls-key']) expect(complaint([alone, 'f.pem'])).toMatch(/^--tls-cert and --tls-key go together/)
    expect(complaint(['--tls', 'generated', '--tls-cert', 'c.pem', '--tls-key', 'k.pem'])).toMatch(/choose one of them$/)
  })

  it('that are secret have no flag', () => {
    expect(complaint(['--admin-password', 'x'])).toBe(
      '--admin-password is not a flag, because arguments are seen by others: set TRIBUTARY_ADMIN_PASSWORD instead',
    )
    expect(readSettings([], { TRIBUTARY_ADMIN_PASSWORD: 'x' }).adminPassword).toBe('x')
  })

  it('may declare networks in the file', () => {
    const config = fileWith('networks:\n  projects: [{ id: p, name: n }]\n  vpcs: [{ id: v, project_id: p, name: n, cidr: 10.0.0.0/16 }]\n')
    expect(readSettings(['--config', config], {}).networks).toEqual({
      projects: [{ id: 'p', name: 'n' }],
      vpcs: [{ id: 'v', project_id: 'p', name: 'n', cidr: '10.0.0.0/16' }],
    })
  })
})

describe('serve --help', () => {
  it('names every setting and exit code, within 100 columns', () => {
    const help = serveHelp()
    for (const declared of Object.values(settings)) {
      expect(help).toContain('secret' in declared ? variableOf(declared) : `--${declared.name}`)
    }
    for (const line of help.split('\n')) expect(line.length, line).toBeLessThanOrEqual(110)
    expect(help).toContain('Tributary is ready at')
  })
})
