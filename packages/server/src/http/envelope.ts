// The members around DLI's answers, and dates as the VPC service writes them.

/** `is_success`, `message` and the rest of an answer. */
export function success<Members extends object>(members: Members, message = ''): { is_success: boolean; message: string } & Members {
  return { is_success: true, message, ...members }
}

/** JSON text of an object with one more member, whose value is JSON text already. @param members - at least one */
export function withMember(members: object, name: string, json: string): string {
  return `{${membersText(members)},"${name}":${json}}`
}

/** The same inside an answer: in one go, because text that was put together is copied whole to be cut. */
export function successWithMember(members: object, name: string, json: string): string {
  return `{"is_success":true,"message":"",${membersText(members)},"${name}":${json}}`
}

function membersText(members: object): string {
  return JSON.stringify(members).slice(1, -1)
}

/** `2022-12-15T02:25:11` of ms since the epoch. */
export function vpcDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19)
}

/** Tags as creates of the VPC service's v1 carry them: `key*value`; a key alone stands for an empty value. */
export function starredTags(texts: readonly string[] | undefined): readonly { readonly key: string; readonly value: string }[] | undefined {
  return texts?.map((text) => {
    const [key = '', ...value] = text.split('*')
    return { key, value: value.join('*') }
  })
}

/** Where a page of the VPC service's v3 stands; more may follow where it is full. */
export function pageInfo(ids: readonly string[], limit: number | undefined) {
  const first = ids[0]
  const last = ids.at(-1)
  if (first === undefined || last === undefined) return { current_count: 0 }
  return { previous_marker: first, current_count: ids.length, ...(ids.length === limit ? { next_marker: last } : {}) }
}
