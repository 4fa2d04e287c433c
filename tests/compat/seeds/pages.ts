// Takes the request and response blocks out of a published page: every JSON object that stands on lines of its own, and the call it belongs to.

/** One call as a page prints it; `path` and the bodies are the page's own text, freed of its indentation. */
export interface PrintedCall {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body: string
  readonly answer: string
}

/** A page and its calls, in order. */
export interface Page {
  readonly source: string
  readonly calls: readonly PrintedCall[]
}

const project = '48cc2c48765f481480c7db940d6409d1'

/** Reads a page's text. Pages escape underscores and braces, or mark parameters with asterisks. */
export function readPage(source: string, text: string): Page {
  const lines = text.replaceAll('\\_', '_').replaceAll('\\{', '{').replaceAll('\\}', '}').replaceAll('*', '').split(/\r?\n/)
  const blocks = jsonBlocks(lines)
  const requests = blocks.filter((block) => !isAnswer(block.text))
  const answers = blocks.filter((block) => isAnswer(block.text))
  const calls = requests.map((request, index) => {
    const { method, path } = lastCallBefore(lines, request.line)
    return { method, path, body: request.text, answer: answers[index]?.text ?? '' }
  })
  return { source, calls }
}

function isAnswer(text: string): boolean {
  return 'is_success' in (JSON.parse(text) as object)
}

function jsonBlocks(lines: readonly string[]): { text: string; line: number }[] {
  const found: { text: string; line: number }[] = []
  for (let line = 0; line < lines.length; line++) {
    const opening = /^(\s*)\{\s*(\}?)\s*$/.exec(lines[line] ?? '')
    if (opening === null) continue
    const indent = (opening[1] ?? '').length
    const end = opening[2] === '}' ? line : lines.findIndex((text, at) => at > line && new RegExp(`^\\s{${indent}}\\}\\s*$`).test(text))
    if (end < 0) continue
    const block = lines.slice(line, end + 1).map((text) => text.slice(indent))
    found.push({ text: block.join('\n').trimEnd(), line })
    line = end
  }
  return found
}

/** The page's last "METHOD /path" above a line: an example URL where it prints one, else the URI format with the sample project. */
function lastCallBefore(lines: readonly string[], line: number): { method: 'GET' | 'POST'; path: string } {
  for (let at = line; at >= 0; at--) {
    const call = /\b(GET|POST) (?:https:\/\/\{endpoint\})?(\/v2\.0\/\S+)/.exec(lines[at] ?? '')
    if (call !== null) return { method: call[1] as 'GET' | 'POST', path: (call[2] as string).replace('{project_id}', project) }
  }
  throw new Error(`no call is printed above line ${line + 1}`)
}
