// Patterns of names as SHOW takes them: `*` any letters, `|` either, in any case.

/** What one place of a pattern stands for; `letter` is absent where any letter is meant. What is repeated may also be left out. */
interface Place {
  readonly letter: string | undefined
  readonly repeat: 'once' | 'optional' | 'repeated'
}

/**
 * Whether a name is meant by a pattern. As in Spark a pattern is a regular expression in which `*` stands for `.*`: of those, letters, `.`, `?` and `+`
 * mean what they mean there, and everything else stands for itself. The time it takes is bounded by the lengths of both.
 * @see Spark 3.3.1, StringUtils.filterPattern
 */
export function matchesNamePattern(pattern: string, name: string): boolean {
  return pattern
    .trim()
    .split('|')
    .some((part) => matches(placesOf(part.toLowerCase()), name.toLowerCase()))
}

function placesOf(part: string): readonly Place[] {
  const places: Place[] = []
  for (const letter of part) {
    const last = places.at(-1)
    if (letter === '*') places.push({ letter: undefined, repeat: 'repeated' })
    else if (letter === '?' && last !== undefined)
      places.splice(-1, 1, { ...last, repeat: last.repeat === 'once' ? 'optional' : last.repeat })
    else if (letter === '+' && last !== undefined) places.push({ ...last, repeat: 'repeated' })
    else places.push({ letter: letter === '.' ? undefined : letter, repeat: 'once' })
  }
  return places
}

/** Walks the name once and keeps every place of the pattern that it may be at. */
function matches(places: readonly Place[], name: string): boolean {
  let at = withSkipped(places, [0])
  for (const letter of name) {
    const next = [...at].flatMap((index) => {
      const place = places[index]
      if (place === undefined || (place.letter !== undefined && place.letter !== letter)) return []
      return [place.repeat === 'repeated' ? index : index + 1]
    })
    at = withSkipped(places, next)
  }
  return at.has(places.length)
}

/** The places, and those behind them that are reached by leaving out what may be left out. */
function withSkipped(places: readonly Place[], from: readonly number[]): ReadonlySet<number> {
  const at = new Set(from)
  // What is added while it is walked is walked too.
  for (const index of at) if (index < places.length && places[index]?.repeat !== 'once') at.add(index + 1)
  return at
}
