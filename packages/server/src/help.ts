// What `tributary serve --help` prints, written from the settings.

import { type Setting, variableOf } from './setting.ts'
import { settings } from './settings.ts'

/** How the process ends, for scripts. */
export const exitCodes = {
  done: { code: 0, meaning: 'stopped as asked' },
  failed: { code: 1, meaning: 'could not start, or failed while running; the log says why' },
  usage: { code: 2, meaning: 'a flag, variable or key is wrong' },
  inUse: { code: 3, meaning: 'the data directory or the address is in use by another server' },
} as const

/** The help of `serve`, at most 100 columns. */
export function serveHelp(): string {
  return `tributary serve: run the service.

  tributary serve                       on http://127.0.0.1:8080, data in ./data
  tributary serve --port 0              on a free port; the ready line names it
  tributary serve --config lake.yaml    settings from a file, with the networks it declares

When it is ready it prints one line on standard output:
  Tributary is ready at http://127.0.0.1:8080
Logs are JSON on standard error. The first start writes credentials.json (mode 0600) into the data
directory: account, user, password, project, access key and secret key. SIGTERM or Ctrl-C lets what
runs finish, then exits 0; a second one ends at once.

Every setting is a flag, a variable (TRIBUTARY_ and its name in capitals) or a key of the file;
the first of these that is there counts. Secrets have no flag; switches are turned off by =false.

${section('Serving', 'serve')}

${section('First start (they change nothing later)', 'first start')}

${section('Limits (429 and 503 answers say in Retry-After when to come back)', 'limits')}

${section('Tuning', 'tuning')}

Exit codes
${Object.values(exitCodes)
  .map(({ code, meaning }) => `  ${code}  ${meaning}`)
  .join('\n')}

A file, complete:
  port: 8080
  data-dir: /var/lib/tributary
  networks:
    projects: [{ id: 48cc2c48765f481480c7db940d6409d1, name: analytics }]
    vpcs:     [{ id: vpc-1, project_id: 48cc2c48765f481480c7db940d6409d1, name: prod, cidr: 10.71.0.0/16 }]
    subnets:  [{ id: subnet-1, vpc_id: vpc-1, name: databases, cidr: 10.71.0.0/24, gateway_ip: 10.71.0.1 }]

Next: http://127.0.0.1:8080/docs describes every call; tributary --help shows the first ones.
`
}

/** The help of `backup`, at most 100 columns. */
export function backupHelp(): string {
  return `tributary backup: copy an installation while it runs.

  tributary backup --data-dir ./data --to /backups/monday

  --data-dir <path>   the directory of the server; default ./data, or TRIBUTARY_DATA_DIR
  --to <path>         a new directory; it appears when all of the backup is on disk
  --with-key          put the sealing key into the backup: whoever has it can then read every secret

The database is copied as it is at one moment, with the rows of managed tables and the results of the jobs that had finished then.
Jobs that were running read FAILED after a restore, jobs that were waiting run.

Next: tributary restore --from /backups/monday --data-dir ./restored
`
}

/** The help of `restore`, at most 100 columns. */
export function restoreHelp(): string {
  return `tributary restore: make a data directory from a backup.

  tributary restore --from /backups/monday --data-dir ./restored --key /safe/sealing.key

  --from <path>       a directory that tributary backup made
  --data-dir <path>   a new directory; it appears when all of it is on disk
  --key <path>        file with the sealing key, for a backup that holds none; not needed where
                      TRIBUTARY_SEALING_KEY is set

A backup that is damaged, or newer than this version, and a key that is not its own are refused.

Next: tributary serve --data-dir ./restored
`
}

/** The help of `rewrap-key`, at most 100 columns. */
export function rewrapHelp(): string {
  return `tributary rewrap-key: seal everything under a new key. Stop the server first.

  tributary rewrap-key --data-dir ./data

  --data-dir <path>   the directory of the server; default ./data, or TRIBUTARY_DATA_DIR

A key in the file sealing.key is replaced by a new random one. A key in TRIBUTARY_SEALING_KEY is
replaced by the one in TRIBUTARY_NEW_SEALING_KEY; set that as TRIBUTARY_SEALING_KEY afterwards.
Broken off at any moment, the directory opens with the old key or the new one, and says so itself.
Backups that were taken before still need the old key.
`
}

function section(title: string, group: Setting['group']): string {
  const lines = Object.values(settings as Readonly<Record<string, Setting>>)
    .filter((setting) => setting.group === group)
    .map((setting) => entry(setting))
  return [title, ...lines].join('\n')
}

function entry(setting: Setting): string {
  const name = setting.secret ? variableOf(setting) : `--${setting.name}${valueHint(setting)}`
  const assumed =
    setting.default === undefined
      ? ''
      : ` Default ${JSON.stringify(setting.default).replaceAll('"', '')}${setting.unit === undefined ? '' : ` ${setting.unit}`}.`
  return wrap(`${setting.sentence}${assumed}`, 60)
    .map((line, index) => `  ${(index === 0 ? name : '').padEnd(36)}${line}`)
    .join('\n')
}

function valueHint({ schema, unit }: Setting): string {
  const { type } = schema as { type?: string }
  return type === 'boolean' ? '' : ` <${unit ?? (type === 'integer' ? 'number' : 'text')}>`
}

function wrap(text: string, width: number): readonly string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1) as string
    if (last === '') lines[lines.length - 1] = word
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
