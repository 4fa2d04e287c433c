// Who may: runs before every operation, by what the contract says it needs. A denial names the action.

import type { Operation } from '@tributary/contract'
import type { Control } from '@tributary/control'
import { type Caller, type Identity, type ProjectId, ServiceError, type Soon, say } from '@tributary/rules'

/**
 * Lets an identity into the project of the path, or up to the calls of administrators and owners.
 * @returns the caller inside the project, or `undefined` for operations outside any
 * @throws {ServiceError} `forbidden`, naming the action; whatever the use case says of projects the identity has nothing to do with
 */
export function permit(
  control: Pick<Control, 'access'>,
  operation: Operation,
  identity: Identity,
  params: Readonly<Record<string, string>>,
): Soon<Caller | undefined> {
  try {
    switch (operation.needs) {
      case 'nobody':
      case 'loopback':
      case 'identity':
        return undefined
      case 'administrator':
        control.access.requireAdministrator(identity)
        return undefined
      case 'owner':
        control.access.requireOwner(identity)
        return undefined
      case 'reader':
      case 'editor':
      case 'admin':
        return entered(control.access.enter(identity, params['project_id'] as ProjectId, operation.needs), operation)
    }
  } catch (error) {
    throw explained(error, operation)
  }
}

function entered(caller: Soon<Caller>, operation: Operation): Soon<Caller> {
  if (!(caller instanceof Promise)) return caller
  return caller.catch((error: unknown) => {
    throw explained(error, operation)
  })
}

function explained(error: unknown, operation: Operation): unknown {
  return error instanceof ServiceError && error.kind === 'forbidden' ? named(error, operation) : error
}

/** A denial that names the action, once. */
export function named(error: ServiceError, { action }: Operation): ServiceError {
  if (error.message.includes('Action = ')) return error
  return new ServiceError('forbidden', say`${error.text} (Action = '${action}')`, error.details)
}
