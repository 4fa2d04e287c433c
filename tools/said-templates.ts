// Finds what a source can say to callers: the templates of its tagged literals, read from its syntax tree.

import { parseSync } from '@swc/core'

/** What one source says. */
export interface Said {
  /** Keys of the catalogues, `queue {0} has {1} CU`; each as often as it is written. */
  readonly templates: readonly string[]
  /** Words between joined texts that are not punctuation alone, and separators that cannot be read from the source. */
  readonly worded: readonly string[]
  /** Templates that are written as objects, past the tag. */
  readonly untagged: number
}

interface Node {
  readonly type: string
  readonly [member: string]: unknown
}

interface Quasi {
  readonly cooked: string
}

/** Reads one TypeScript file. @throws {Error} when it does not parse */
export function templatesIn(source: string): Said {
  const templates: string[] = []
  const worded: string[] = []
  let untagged = 0
  visit(parseSync(source, { syntax: 'typescript', target: 'esnext' }).body, (node) => {
    if (isNamed(node, 'TaggedTemplateExpression', 'tag', 'say')) templates.push(templateOf(node))
    if (isNamed(node, 'CallExpression', 'callee', 'joined')) worded.push(...wordsBetween(node))
    if (isNamed(node, 'KeyValueProperty', 'key', 'template')) untagged += 1
  })
  return { templates, worded, untagged }
}

function visit(part: unknown, look: (node: Node) => void): void {
  if (Array.isArray(part)) for (const one of part) visit(one, look)
  else if (typeof part === 'object' && part !== null) {
    if ('type' in part) look(part as Node)
    for (const member of Object.values(part)) visit(member, look)
  }
}

function isNamed(node: Node, type: string, member: string, name: string): boolean {
  return node.type === type && (node[member] as { readonly value?: unknown }).value === name
}

function templateOf(node: Node): string {
  const { quasis } = node['template'] as { readonly quasis: readonly Quasi[] }
  return quasis.map(({ cooked }) => cooked).reduce((template, part, index) => `${template}{${index - 1}}${part}`)
}

function wordsBetween(node: Node): readonly string[] {
  const separator = (node['arguments'] as readonly { readonly expression: Node }[])[1]?.expression
  const text = separator?.type === 'StringLiteral' ? String(separator['value']) : undefined
  return text === undefined || /\p{L}/u.test(text) ? [text ?? 'a separator that is no literal'] : []
}
