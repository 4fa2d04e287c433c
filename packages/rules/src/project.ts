// A project: the unit of isolation, named inside its domain.

import { ServiceError } from './errors.ts'
import type { Project } from './identity.ts'
import type { ProjectId } from './ids.ts'
import { say } from './text.ts'

const namePattern = /^[A-Za-z0-9_-]{1,64}$/
const mostDescription = 255

/** Checks what a caller says of a project. @throws {ServiceError} `invalid` */
export function projectPartsOf({ name, description = '' }: { readonly name: string; readonly description?: string | undefined }): {
  readonly name: string
  readonly description: string
} {
  if (!namePattern.test(name)) throw new ServiceError('invalid', say`project.name has 1 to 64 letters, digits, _ and -`)
  if (description.length > mostDescription) {
    throw new ServiceError('invalid', say`project.description has at most ${mostDescription} characters, this has ${description.length}`)
  }
  return { name, description }
}

/** @param namesake - who has the name already, if anybody @throws {ServiceError} `conflict` */
export function checkNewProject(namesake: Project | undefined, own?: ProjectId): void {
  if (namesake === undefined || namesake.id === own) return
  throw new ServiceError('conflict', say`project ${namesake.id} of the account has the name ${namesake.name} already: choose another`, {
    subject: { kind: 'project', name: namesake.name },
  })
}

/** The same for what is not there and what the caller may not see. */
export function noProject(id: string): ServiceError {
  return new ServiceError('notFound', say`there is no project ${id}`, { subject: { kind: 'project', name: id } })
}
