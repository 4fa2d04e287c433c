// The members that DLI puts around every answer, and the small shapes that many answers share.

import { type TObject, type TProperties, Type } from 'typebox'

const envelopeMembers = {
  is_success: Type.Boolean({ description: 'true on every 2xx answer' }),
  message: Type.String({ description: 'usually empty' }),
}

/** An answer: the envelope and these members, and no others. */
export function answer<Members extends TProperties>(members: Members): TObject<typeof envelopeMembers & Members> {
  return Type.Object({ ...envelopeMembers, ...members }, { additionalProperties: false })
}

/** An object of an answer: these members and no others. */
export function members<Members extends TProperties>(properties: Members): TObject<Members> {
  return Type.Object(properties, { additionalProperties: false })
}

/** The envelope alone. */
export const envelope = answer({})

/** ms since the epoch, UTC. */
export function milliseconds(description: string) {
  return Type.Integer({ description: `${description}, ms since 1970-01-01 UTC` })
}

/** Tags as a request carries them; answers never show them. */
export const tags = Type.Array(Type.Object({ key: Type.String(), value: Type.Optional(Type.String()) }), {
  description: 'kept, and shown by the tag calls alone',
})

/** The path parameter that every call inside a project has. */
export const inProject = {
  project_id: Type.String({ description: 'project id; the project of the caller’s token, or any project its key has a role in' }),
}

/** Offset paging as a query: how many to skip. */
export const offset = Type.Integer({ minimum: 0, description: 'how many to skip; default 0' })
