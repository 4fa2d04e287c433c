// Remembers what was computed from a value for as long as the value lives, so that pure functions over large values stay quick.

/**
 * @param compute - pure; called once per value
 * @returns the same function, answering from memory the second time
 */
export function perValue<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>()
  return (key) => {
    const found = known.get(key)
    if (found !== undefined) return found.value
    const value = compute(key)
    known.set(key, { value })
    return value
  }
}
