// Reads the tags filter of lists: `k1=v1,k2=v2`, encoded or not.

/** The pairs of a filter; a key alone stands for an empty value. @returns `undefined` when there is no filter */
export function tagsOf(text: string | undefined): readonly { readonly key: string; readonly value: string }[] | undefined {
  if (text === undefined || text === '') return undefined
  return text.split(',').map((pair) => {
    const [key = '', ...value] = pair.split('=')
    return { key, value: value.join('=') }
  })
}
