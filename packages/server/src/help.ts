// What `tributary serve --help` prints, written from the settings.

import { type Setting, settings, variableOf } from './settings.ts'

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
