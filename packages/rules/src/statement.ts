// SQL text that people may see again: passwords and tokens in it become ***, whether or not it parses.

const secretKey =
  /^(?:.*[._-])?(?:\w*passw(?:or)?d\w*|\w*passwd\w*|pwd|passphrase|\w*secret\w*|\w*token\w*|credentials?|access[_-]?key|\w*api[_-]?key|identified)$/i
/** Names that look like secrets and name none: an auth-info is named in the open. */
const openKeys = new Set(['passwdauth'])

/** True for the name of an option or parameter whose value is never shown, in any case: `password`, `secret_key`, `es.net.http.auth.pass.token` .. */
export function isSecretKey(name: string): boolean {
  return secretKey.test(name) && !openKeys.has(name.toLowerCase())
}

/**
 * Hides secrets in a statement for storing, showing and logging it.
 *
 * Hidden are the values of options with secret names (`'password'='…'`, `password '…'`, `secret_key = …`, `IDENTIFIED BY '…'`), the login inside a URL
 * (`//user:pass@`), secret parameters of a URL (`?password=…`), and the user beside them among OPTIONS. Text that does not parse is hidden too: an unterminated quote is hidden to the end of the text.
 * @returns the same text with each secret replaced by `***`
 */
export function redactStatement(sql: string): string {
  let state: State = { kind: 'open', name: '' }
  let redacted = ''
  for (const piece of piecesOf(sql)) {
    const [text, next] = step(piece, state)
    redacted += text
    state = next
  }
  return redacted
}

/**
 * `open`: nothing is expected; `name` joins the strings beside each other so far. `named`: a secret's name was read, `hasSign` once = or : followed.
 * `hidden`: a value was hidden, and strings beside it belong to it. `adrift`: quotes are out of step, everything up to the next quote is value.
 */
type State =
  | { readonly kind: 'open'; readonly name: string }
  | { readonly kind: 'named'; readonly hasSign: boolean }
  | { readonly kind: 'hidden' }
  | { readonly kind: 'adrift' }

interface Piece {
  readonly kind: 'space' | 'comment' | 'quoted' | 'word' | 'symbol'
  readonly text: string
  /** Behind the word OPTIONS, where a user is half of a login and not a column. */
  readonly isOption: boolean
}

const pattern =
  /(\s+)|(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|('(?:[^'\\]|\\[\s\S]|'')*(?:'|\\?$)|"(?:[^"\\]|\\[\s\S]|"")*(?:"|\\?$)|`(?:[^`]|``)*(?:`|$))|([^\s'"`,;()=:]+)|([\s\S])/g

function* piecesOf(sql: string): Iterable<Piece> {
  let isOption = false
  for (const match of sql.matchAll(pattern)) {
    const [text, space, comment, quoted, word] = match
    const kind =
      space !== undefined
        ? 'space'
        : comment !== undefined
          ? 'comment'
          : quoted !== undefined
            ? 'quoted'
            : word !== undefined
              ? 'word'
              : 'symbol'
    yield { kind, text, isOption }
    isOption ||= kind === 'word' && /^options$/i.test(text)
  }
}

function step(piece: Piece, state: State): readonly [string, State] {
  if (state.kind === 'adrift') return piece.kind === 'quoted' ? [hidden(piece.text), { kind: 'open', name: '' }] : ['***', state]
  if (piece.kind === 'space') return [piece.text, state]
  if (piece.kind === 'comment') return [redactComment(piece.text), state]
  if (state.kind === 'hidden' && piece.kind === 'quoted') return [hidden(piece.text), state]
  if (state.kind === 'named') return afterName(piece, state)
  return plain(piece, state.kind === 'open' ? state.name : '')
}

function afterName(piece: Piece, state: Extract<State, { kind: 'named' }>): readonly [string, State] {
  if (piece.kind === 'symbol')
    return /^[=:]$/.test(piece.text) ? [piece.text, { kind: 'named', hasSign: true }] : [piece.text, { kind: 'open', name: '' }]
  if (piece.kind === 'quoted') {
    // Only signs between two quotes: an earlier quote is out of step, and the value is what follows.
    if (/^(['"`])[\s=:]*[=:][\s=:]*\1$/.test(piece.text)) return [piece.text, { kind: 'adrift' }]
    return [hidden(piece.text), { kind: 'hidden' }]
  }
  if (state.hasSign) return ['***', { kind: 'hidden' }]
  if (/^(?:by|with|is|to)$/i.test(piece.text)) return [piece.text, state]
  return plain(piece, '')
}

function plain(piece: Piece, before: string): readonly [string, State] {
  if (piece.kind === 'symbol') return [piece.text, { kind: 'open', name: '' }]
  const own = piece.kind === 'quoted' ? unescaped(piece.text.slice(1).replace(/['"`]$/, '')) : (piece.text.split(/[?&/]/).at(-1) as string)
  const name = piece.kind === 'quoted' ? before + own : own
  const state: State =
    isSecretKey(name.trim()) || isSecretKey(own.trim()) || (piece.isOption && /^user$/i.test(name.trim()))
      ? { kind: 'named', hasSign: false }
      : { kind: 'open', name: piece.kind === 'quoted' ? name : '' }
  return [redactUrls(piece.text), state]
}

function hidden(text: string): string {
  const quote = text[0] as string
  return `${quote}***${quote}`
}

/** A comment may hold an old version of the statement. */
function redactComment(text: string): string {
  const [start, end] = text.startsWith('--') ? ['--', ''] : ['/*', text.length >= 4 && text.endsWith('*/') ? '*/' : '']
  return `${start}${redactStatement(text.slice(2, text.length - end.length))}${end}`
}

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|([01][0-7]{2})|([\s\S]))/g, (_all, hex?: string, octal?: string, other?: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    return octal === undefined ? (other as string) : String.fromCharCode(Number.parseInt(octal, 8))
  })
}

/** `//user:pass@host`, `:thin:user/pass@` and `?password=x&token=y`. */
function redactUrls(text: string): string {
  return text
    .replace(/(\/\/[^/@?#:]*):[\s\S]*@/g, '$1:***@')
    .replace(/(:thin:[^/@]*)\/[\s\S]*@/gi, '$1/***@')
    .replace(
      /([?&;]\s*)([^=&;?#]+)=([^&;]*?)(['"`]?)(?=[&;]|$)/g,
      (all: string, lead: string, key: string, _value: string, quote: string) =>
        isSecretKey(decoded(unescaped(key)).trim()) ? `${lead}${key}=***${quote}` : all,
    )
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    return key
  }
}
