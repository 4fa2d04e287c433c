// What a caller is told, in a form that every language can say: an English template with numbered places, and what goes into them.

/** What may stand in a place of a {@link Text}: names and numbers as they are, or a text of its own. */
export type TextValue = string | number | Text

/** A message before it is said. `template` has places `{0}`, `{1}`, …; it is the key under which other languages keep theirs. */
export interface Text {
  readonly template: string
  readonly values: readonly TextValue[]
}

/** The English templates and how one other language says them, with the same places in any order. */
export type Catalogue = Readonly<Record<string, string>>

/** Tags a template literal: the words become the key, the values fill its places. */
export function say(words: TemplateStringsArray, ...values: readonly TextValue[]): Text {
  return { template: words.reduce((template, part, index) => `${template}{${index - 1}}${part}`), values }
}

/** Nothing to tell. In words it is empty. */
export const silence: Text = { template: '', values: [] }

/** Words of another program, or words already said: the same in every language. */
export function verbatim(words: string): Text {
  return words === '' ? silence : { template: '{0}', values: [words] }
}

/** Whether there is nothing to tell. */
export function isSilent({ template }: Text): boolean {
  return template === ''
}

/** Whether two texts say the same in every language. */
export function isSameText(one: Text, other: Text): boolean {
  return textToJson(one) === textToJson(other)
}

/** A text as it is kept and handed between processes: empty for {@link silence}. */
export function textToJson(text: Text): string {
  return isSilent(text) ? '' : JSON.stringify({ template: text.template, values: text.values })
}

/** The text again. @throws {SyntaxError} for anything that {@link textToJson} did not give */
export function textFromJson(json: string): Text {
  return json === '' ? silence : (JSON.parse(json) as Text)
}

/** A text of bounded size: one that is longer in English is kept as the beginning of its English words. */
export function shortened(text: Text, mostCharacters: number): Text {
  const words = inWords(text)
  return words.length <= mostCharacters ? text : verbatim(words.slice(0, mostCharacters))
}

/** A text with something done to every word that was put into it; the words of its templates are ours and stay. */
export function mapWords({ template, values }: Text, change: (words: string) => string): Text {
  const changed = values.map((value) => {
    if (typeof value === 'object') return mapWords(value, change)
    return typeof value === 'string' ? change(value) : value
  })
  return { template, values: changed }
}

/** Several texts in a row. */
export function joined(texts: readonly Text[], separator: string): Text {
  return { template: texts.map((_text, index) => `{${index}}`).join(separator), values: texts }
}

/** Whether there is anything to translate in a template: `{0}` and punctuation around places are the same everywhere. */
export function isSaidAlike(template: string): boolean {
  return !/\p{L}/u.test(template.replaceAll(/\{\d+\}/g, ''))
}

/** Puts a text into words: in English, or in the language of the catalogue; what the catalogue lacks stays English. */
export function inWords({ template, values }: Text, catalogue: Catalogue = {}): string {
  const words = Object.hasOwn(catalogue, template) ? (catalogue[template] ?? template) : template
  // Most have nothing to fill in, and what is ACTIVE says nothing at all.
  return values.length === 0 ? words : fillIn(words, values, catalogue)
}

const firstDigit = 48
const lastDigit = 57

/** Place by place: a pattern takes twenty times as long, and a list says a text for each of its lines. What is no place, or has no value, stays as it is. */
function fillIn(words: string, values: readonly TextValue[], catalogue: Catalogue): string {
  let filled = ''
  let done = 0
  for (let open = words.indexOf('{'); open >= 0; open = words.indexOf('{', open + 1)) {
    let close = open + 1
    while (words.charCodeAt(close) >= firstDigit && words.charCodeAt(close) <= lastDigit) close += 1
    if (close === open + 1 || words[close] !== '}') continue
    const value = values[Number(words.slice(open + 1, close))]
    if (value === undefined) continue
    filled += words.slice(done, open) + (typeof value === 'object' ? inWords(value, catalogue) : String(value))
    done = close + 1
  }
  return filled + words.slice(done)
}
