// The pages of help: the procedure for a newcomer, a noun with its verbs, a verb with its arguments, flags and examples.

import { exitCodeLines } from './exit-codes.ts'
import { type Flag, flagsOf, type Positional, serverFlags, type Verb } from './verb.ts'

const width = 100
const indent = 32

/** A noun of the overview. */
export interface Noun {
  readonly name: string
  readonly brief: string
}

/** Verbs that `bin/tributary` sends to the server's room: they work on a data directory of this machine. */
export const serverVerbs: readonly Noun[] = [
  { name: 'serve', brief: 'Run the service; tributary serve --help lists its settings' },
  { name: 'backup', brief: 'Copy a data directory, also while the service runs' },
  { name: 'restore', brief: 'Make a data directory of a copy' },
  { name: 'rewrap-key', brief: 'Seal the stored secrets with a new key' },
]

/** Steps of the overview, in order; each is run as it stands by the tests. */
export const procedure: readonly { readonly line: string; readonly brief: string }[] = [
  {
    line: 'tributary serve',
    brief: 'Start the service and leave it running; the other commands go in a second terminal, in the same folder.',
  },
  { line: 'tributary vpc create shop --cidr 10.71.0.0/16', brief: 'Name the network of your data source, and the subnet it stands in.' },
  { line: 'tributary subnet create shop-net --vpc shop --cidr 10.71.0.0/24 --gateway-ip 10.71.0.1', brief: '' },
  {
    line: 'tributary gateway attach shop --kind map --map 10.71.0.5:5432=127.0.0.1:5432 --ranges 127.0.0.1/32',
    brief: 'Lead its address to the real one. A source that this machine reaches as it is needs no gateway.',
  },
  { line: 'tributary queue create analytics --cu 16', brief: 'Create a queue, and connect it to the subnet; the source has a name there.' },
  {
    line: 'tributary connection create shop --vpc shop --subnet shop-net --queues analytics --hosts shop-db=10.71.0.5',
    brief: '',
  },
  { line: 'tributary doctor analytics shop-db:5432', brief: 'See whether the queue reaches the source, and who must act if not.' },
  {
    line: 'tributary auth-info create shop_login --user tributary',
    brief: 'Keep the login of the source under a name; the password is asked for.',
  },
  { line: 'tributary database create shop', brief: 'Name a table of the source in SQL, and ask.' },
  {
    line: `tributary sql -q analytics -e "CREATE TABLE shop.orders USING JDBC OPTIONS ('url'='jdbc:postgresql://shop-db:5432/shop', 'dbtable'='public.orders', 'passwdauth'='shop_login', 'encryption'='true')"`,
    brief: '',
  },
  { line: 'tributary sql -q analytics -e "SELECT count(*) AS orders FROM shop.orders"', brief: '' },
]

/** What `tributary --help` prints. */
export function overview(nouns: readonly Noun[], own: readonly Verb[]): string {
  return `${[
    'tributary: queues, datasource connections and cross-source SQL by the DLI API, on your own machine.',
    '',
    'From nothing to an answer',
    ...procedure.flatMap(({ line, brief }) => [
      ...(brief === '' ? [] : wrap(brief, width - 2).map((text) => `  ${text}`)),
      ...wrapCommand(line),
    ]),
    '',
    'All of it at once, for a PostgreSQL that this machine reaches:',
    '    tributary attach postgresql://tributary@127.0.0.1:5432/shop --as shop',
    '',
    'Commands by themselves (tributary COMMAND --help teaches each one)',
    ...serverVerbs.flatMap(({ name, brief }) => entry(name, brief)),
    ...own.flatMap(({ words, brief }) => entry(words, brief)),
    '',
    'Commands on resources (tributary NOUN --help lists the verbs)',
    ...nouns.flatMap(({ name, brief }) => entry(name, brief)),
    '',
    'Signing in',
    ...wrap(
      'Where ./data of a server lies you are its owner already, whatever its port and certificate. Elsewhere: tributary login. Several servers: tributary profile --help. Passwords and keys are read from a prompt, a variable or standard input, never from an argument.',
      width - 2,
    ).map((line) => `  ${line}`),
    '',
    'Exit codes',
    ...exitCodeLines(),
    '',
    'Every call with its members is described at /docs of the server: http://127.0.0.1:8080/docs',
  ].join('\n')}\n`
}

/** What `tributary NOUN --help` prints. */
export function nounHelp({ name, brief }: Noun, verbs: readonly Verb[]): string {
  const lines = verbs.flatMap((verb) => entry(usage(verb).replace(`tributary ${name} `, ''), verb.brief))
  const example = verbs[0]?.examples[0]
  return `${[
    `tributary ${name}: ${brief}`,
    '',
    ...lines,
    ...(example === undefined ? [] : ['', 'For instance', ...wrapCommand(example.line)]),
    '',
    `tributary ${name} VERB --help teaches each one.`,
  ].join('\n')}\n`
}

/** What `tributary NOUN VERB --help` prints. */
export function verbHelp(verb: Verb): string {
  const own = verb.flags.flatMap((flag) => entry(flagUsage(flag), flagBrief(flag)))
  return `${[
    ...wrap(`tributary ${verb.words}: ${verb.brief}.`, width),
    ...(verb.detail === undefined ? [] : ['', ...verb.detail.flatMap((line) => wrap(line, width))]),
    '',
    ...wrapCommand(usage(verb)),
    ...section(
      'Arguments',
      verb.positionals.flatMap((positional) => entry(shownName(positional), positional.brief)),
    ),
    ...section('Flags', own),
    ...section(
      'Flags of every command that asks a server',
      verb.isLocal === true ? [] : serverFlags.flatMap((flag) => entry(flagUsage(flag), flag.brief)),
    ),
    ...section(
      'Examples',
      verb.examples.flatMap(({ line, brief }) => [...wrap(brief, width - 2).map((text) => `  ${text}`), ...wrapCommand(line)]),
    ),
    '',
    'Exit codes: tributary --help lists them.',
  ].join('\n')}\n`
}

/** `tributary queue create NAME --cu NUMBER [flags]` */
export function usage(verb: Verb): string {
  const required = verb.flags.filter(({ isRequired, kind }) => isRequired === true && kind !== 'secret').map(flagUsage)
  const hasMore = flagsOf(verb).length > required.length
  return ['tributary', verb.words, ...verb.positionals.map(shownName), ...required, ...(hasMore ? ['[flags]'] : [])].join(' ')
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines]
}

function shownName({ name, isOptional, isRepeated }: Positional): string {
  const shown = `${name.toUpperCase()}${isRepeated === true ? '...' : ''}`
  return isOptional === true ? `[${shown}]` : shown
}

const placeholders: Readonly<Record<Flag['kind'], string>> = {
  text: ' TEXT',
  number: ' NUMBER',
  switch: '',
  list: ' A,B',
  pairs: ' A=B,C=D',
  json: ' JSON|@FILE',
  secret: ' WHERE',
}

function flagUsage({ name, kind, letter, values }: Flag): string {
  return `${letter === undefined ? '' : `-${letter}, `}--${name}${values === undefined ? placeholders[kind] : ` ${values.join('|')}`}`
}

function flagBrief({ kind, brief, isRequired }: Flag): string {
  const must = isRequired === true && kind !== 'secret' ? 'needed; ' : ''
  return kind === 'secret' ? `${brief === '' ? '' : `${brief}; `}WHERE is prompt, stdin or env:NAME` : `${must}${brief}`
}

/** A name on the left, what it is on the right, at most {@link width} columns. */
function entry(name: string, brief: string): readonly string[] {
  const lines = wrap(brief, width - indent)
  const first = `  ${name}`
  if (first.length >= indent - 1)
    return [...wrapCommand(name, '  '), ...lines.filter((line) => line !== '').map((line) => `${' '.repeat(indent)}${line}`)]
  return lines.map((line, at) => `${(at === 0 ? first : '').padEnd(indent)}${line}`.trimEnd())
}

/**
 * A command over several lines that can be pasted: a backslash joins them, but inside single quotes, where a line break is a blank to JSON.
 * A flag stays beside its value.
 */
function wrapCommand(line: string, before = '    '): readonly string[] {
  const lines = wrap(line.replaceAll(/ (--?[a-z-]+) (?=[^-\s])/g, ' $1\u00a0'), width - before.length - 4)
  let typed = ''
  return lines.map((text, at) => {
    typed += `${text} `
    const joint = at === lines.length - 1 || isInSingleQuotes(typed) ? '' : ' \\'
    return `${before}${at === 0 ? '' : '  '}${text}${joint}`.replaceAll('\u00a0', ' ')
  })
}

function isInSingleQuotes(typed: string): boolean {
  const open = typed.replaceAll(/"(?:\\.|[^"])*("|$)/g, (text, end: string) => (end === '"' ? '' : text.replaceAll("'", '')))
  return (open.split("'").length - 1) % 2 === 1
}

function wrap(text: string, columns: number): readonly string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last === '') lines[lines.length - 1] = word
    else if (last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
