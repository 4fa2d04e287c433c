// What the pages say, held against the tree: links lead somewhere, what is named is there, commands are ones that somebody can type, figures are counted.

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { everyVerb } from '../../packages/cli/src/commands/every-verb.ts'
import { flagsOf } from '../../packages/cli/src/verb.ts'
import { backupHelp, restoreHelp, rewrapHelp, serveHelp } from '../../packages/server/src/help.ts'
import { repositoryRoot } from '../../tools/launch.mjs'
import { readTree } from '../../tools/tidy.ts'

const tree = readTree(repositoryRoot)
const paths = tree.map(({ path }) => path)
const pages = tree.filter(({ path }) => path.endsWith('.md'))
/** A change log speaks of what was there once. */
const present = pages.filter(({ path }) => path !== 'CHANGELOG.md')
const textOf = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8')

const withoutBlocks = (text: string): string => text.replaceAll(/^```[\s\S]*?^```$/gm, '')
const blocksOf = (text: string): readonly string[] => [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
const quotedOf = (text: string): readonly string[] => [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, quoted = '']) => quoted)

/** As the web shows a heading's address. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

function linksOf(text: string): readonly string[] {
  return [...withoutBlocks(text).matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
}

/** Why a link of a page leads nowhere; `undefined` where it leads somewhere. */
function deadEnd(page: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? page : normalize(join(dirname(page), path))
  if (!existsSync(join(repositoryRoot, target))) return `${page}: ${link} is not there`
  return anchor === undefined || anchorsOf(textOf(target)).has(anchor) ? undefined : `${page}: ${target} has no heading #${anchor}`
}

/** Command lines of `tributary` in blocks and in running text, each from its first word on, without comments and what a shell adds. */
function commandsOf(text: string): readonly string[] {
  const lines = blocksOf(text).flatMap((block) => block.replaceAll('\n> ', '\n').split('\n'))
  return [...lines, ...quotedOf(text)].flatMap((line) => {
    const [, command] = /^(?:\$ )?(?:bin\/)?tributary ([a-z].*)$/.exec(line) ?? []
    return command === undefined ? [] : [command.replace(/\s+(#|[|>]|2>|&&|\|\|).*$/, '')]
  })
}

const serverVerbs: Readonly<Record<string, () => string>> = {
  serve: serveHelp,
  backup: backupHelp,
  restore: restoreHelp,
  'rewrap-key': rewrapHelp,
}

/** What of a command nobody can type. */
function unknownIn(command: string): readonly string[] {
  const [first = '', second = ''] = command.split(' ')
  // Texts between quotes are values.
  const flags = [...command.replaceAll(/"[^"]*"?|'[^']*'?/g, '').matchAll(/(?<=\s)--([a-z][a-z-]*)/g)].map(([, flag = '']) => flag)
  const help = serverVerbs[first]
  if (help !== undefined) return flags.filter((flag) => flag !== 'help' && !help().includes(`--${flag}`))
  const verb = everyVerb.find(({ words }) => words === first || words === `${first} ${second}`)
  if (verb === undefined) return [`${first} ${second}`]
  const known = new Set(['help', ...flagsOf(verb).map(({ name }) => name)])
  return flags.filter((flag) => !known.has(flag))
}

describe('the pages', () => {
  it('are all looked at', () => {
    expect(pages.length).toBeGreaterThan(40)
    expect(pages.map(({ path }) => path)).toEqual(expect.arrayContaining(['README.md', 'README.zh-CN.md', 'docs/guides/team.md']))
  })

  it('have links that lead somewhere', () => {
    const links = pages.flatMap(({ path, text }) => linksOf(text).map((link) => [path, link] as const))
    const inside = links.filter(([, link]) => !/^[a-z]+:/.test(link))
    expect(inside.length).toBeGreaterThan(100)
    expect(inside.flatMap(([path, link]) => deadEnd(path, link) ?? [])).toEqual([])
  })

  it('name files that are there', () => {
    const named = present.flatMap(({ path, text }) =>
      quotedOf(text)
        .filter((quoted) => /^[\w./-]+\.(ts|mjs|py|sql)$/.test(quoted) && !isPattern(quoted))
        .map((file) => [path, file] as const),
    )
    expect(named.length).toBeGreaterThan(80)
    // A room's files are named by the room: `rules/soon.ts` is `packages/rules/src/soon.ts`.
    const known = [...paths, ...paths.map((path) => path.replace(/^packages\/([a-z]+)\/src\//, '$1/'))].map((path) => `/${path}`)
    expect(named.filter(([, file]) => !known.some((path) => path.endsWith(`/${file}`)))).toEqual([])
  })

  it('name scripts that there are, and CONTRIBUTING.md names all of them', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { readonly scripts: Readonly<Record<string, string>> }
    const named = present.flatMap(({ path, text }) =>
      [...text.matchAll(/npm run ([a-z][a-z-]*)/g)].map(([, script = '']) => [path, script] as const),
    )
    expect(named.length).toBeGreaterThan(40)
    expect(named.filter(([, script]) => !Object.hasOwn(scripts, script))).toEqual([])
    const contributing = textOf('CONTRIBUTING.md')
    expect(Object.keys(scripts).filter((script) => script !== 'test' && !contributing.includes(`npm run ${script}`))).toEqual([])
  })

  it('show commands with verbs and flags that there are', () => {
    const commands = present.flatMap(({ path, text }) => commandsOf(text).map((command) => [path, command] as const))
    expect(commands.length).toBeGreaterThan(60)
    const unknown = commands.flatMap(([path, command]) => unknownIn(command).map((what) => `${path}: tributary ${command}: ${what}`))
    expect(unknown).toEqual([])
  })

  it('count the functions of SQL as they are', () => {
    const [, counted] = /^(\d+) functions, each/m.exec(textOf('docs/generated/sql.md')) ?? []
    const told = present.flatMap(({ path, text }) =>
      [...text.matchAll(/(\d{3}) (?:functions|个函数)/g)].map(([, count]) => [path, count] as const),
    )
    expect(told.length).toBeGreaterThan(2)
    expect(told.filter(([, count]) => count !== counted)).toEqual([])
  })
})

describe('README.md and README.zh-CN.md', () => {
  const [english, chinese] = [textOf('README.md'), textOf('README.zh-CN.md')]
  const bare = (block: string): string => block.replaceAll(/ +#.*$/gm, '')
  const drawing = /[┌│└]/

  it('link to the same pages', () => {
    const links = linksOf(english).filter((link) => link !== 'README.zh-CN.md')
    expect(
      linksOf(chinese)
        .filter((link) => link !== 'README.md')
        .toSorted(),
    ).toEqual(links.toSorted())
  })

  it('show the same commands', () => {
    const shown = (text: string) =>
      blocksOf(text)
        .filter((block) => !drawing.test(block))
        .map(bare)
    expect(shown(english).length).toBeGreaterThan(3)
    expect(shown(chinese)).toEqual(shown(english))
  })

  it('tell the same figures and names', () => {
    const told = (text: string) => [...new Set(quotedOf(text))].toSorted()
    expect(told(chinese)).toEqual(told(english))
    const figures = (text: string) => [...new Set(withoutBlocks(text).match(/\b\d{2,}\b/g))].toSorted()
    expect(figures(chinese)).toEqual(figures(english))
  })
})

/** What stands for a name of one's own, or for any: `x.test.ts`, `migrations/NNNN.sql`. */
function isPattern(file: string): boolean {
  return /(^|\/)x\.|NNNN/.test(file)
}
