// Splits a text into SQL statements at semicolons, but not at those inside texts, quoted names and comments.

/** What a text holds: whole statements, and what follows the last semicolon. */
export interface SplitText {
  /** Without their semicolons and blanks around them; empty ones are left out. */
  readonly statements: readonly string[]
  /** What was begun and not ended; empty when nothing but blanks and comments follows. */
  readonly rest: string
}

// One token each, in the order in which they are tried: comments, texts with backslash or doubled quotes, names, anything else.
const token =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:\\[\s\S]|''|[^'\\])*(?:'|$)|"(?:\\[\s\S]|""|[^"\\])*(?:"|$)|`(?:``|[^`])*(?:`|$)|;|[\s\S]/g

/** Splits a text of any length; a token that is not closed belongs to the rest. */
export function splitStatements(text: string): SplitText {
  const statements: string[] = []
  let current = ''
  let says = false
  for (const [part] of text.matchAll(token)) {
    if (part === ';') {
      if (says) statements.push(current.trim())
      current = ''
      says = false
      continue
    }
    current += part
    says ||= !/^(\s|--|\/\*)/.test(part)
  }
  return { statements, rest: says || /^\s*\/\*(?![\s\S]*\*\/)/.test(current) ? current.trim() : '' }
}
