// An auth-info: stored credentials for a source, named in SQL, never shown again.

import { allowedAddressesOf } from './auth-info-address.ts'
import { ServiceError } from './errors.ts'
import type { AuthInfoId, ProjectId } from './ids.ts'
import type { Owned } from './ownership.ts'
import { say, type Text } from './text.ts'

/** Kinds in the spelling that is answered. */
export type AuthInfoType = 'passwd' | 'CSS' | 'KRB' | 'Kafka_SSL'

/** Everything but the secrets; paths are kept as sent. Times are ms since the epoch. */
export interface AuthInfo extends Owned {
  readonly id: AuthInfoId
  readonly projectId: ProjectId
  readonly name: string
  readonly type: AuthInfoType
  readonly userName: string
  readonly certificateLocation: string
  readonly krb5Conf: string
  readonly keytab: string
  readonly truststoreLocation: string
  readonly keystoreLocation: string
  /** Where inside a VPC it may be used, as {@link allowedAddressesOf} checks them; empty for everywhere. */
  readonly allowedAddresses: readonly string[]
  readonly createdAt: number
  readonly updatedAt: number
}

/** The members of an auth-info that are sealed in the store and never leave it but towards a source. */
export interface AuthInfoSecrets {
  readonly password?: string
  readonly truststorePassword?: string
  readonly keystorePassword?: string
  readonly keyPassword?: string
}

/** The members that an update may change; absent or empty keeps what is there. */
export interface AuthInfoChanges {
  readonly userName?: string | undefined
  readonly password?: string | undefined
  readonly krb5Conf?: string | undefined
  readonly keytab?: string | undefined
  readonly truststoreLocation?: string | undefined
  readonly truststorePassword?: string | undefined
  readonly keystoreLocation?: string | undefined
  readonly keystorePassword?: string | undefined
  /** An empty list allows every address again. */
  readonly allowedAddresses?: readonly string[] | undefined
}

/** An auth-info as a caller asks for it. */
export interface AuthInfoDraft extends AuthInfoChanges {
  readonly name: string
  /** In any case. */
  readonly type: string
  readonly certificateLocation?: string | undefined
  readonly keyPassword?: string | undefined
}

/** The parts of a draft that have been checked and are kept. */
export interface AuthInfoParts {
  readonly info: Omit<AuthInfo, 'id' | 'projectId' | keyof Owned | 'createdAt' | 'updatedAt'>
  readonly secrets: AuthInfoSecrets
}

const types: Readonly<Record<string, AuthInfoType>> = { passwd: 'passwd', css: 'CSS', krb: 'KRB', kafka_ssl: 'Kafka_SSL' }

/** Wire names of the members, for messages. */
const members = {
  userName: 'user_name',
  password: 'password',
  certificateLocation: 'certificate_location',
  krb5Conf: 'krb5_conf',
  keytab: 'keytab',
  truststoreLocation: 'truststore_location',
  truststorePassword: 'truststore_password',
  keystoreLocation: 'keystore_location',
  keystorePassword: 'keystore_password',
  keyPassword: 'key_password',
} as const

// DCS knows passwords without users, so a passwd needs no user_name.
const required: Readonly<Record<AuthInfoType, readonly (keyof typeof members)[]>> = {
  passwd: ['password'],
  CSS: ['userName', 'password', 'certificateLocation'],
  KRB: ['userName', 'krb5Conf', 'keytab'],
  Kafka_SSL: ['truststoreLocation', 'truststorePassword'],
}

const namePattern = /^(?!_)(?![0-9]+$)[A-Za-z0-9_]{1,128}$/
const mostCharacters = 4_096
/** Members that reach a source as they are: its protocol may end a text at NUL. */
const plainMembers: readonly (keyof typeof members)[] = ['userName', 'password', 'truststorePassword', 'keystorePassword', 'keyPassword']

/**
 * Checks a draft. Messages name members, never their values.
 * @throws {ServiceError} `invalid`: the name, the kind, a member that the kind needs, one that is too long or has control characters, or no address
 */
export function checkAuthInfoDraft(draft: AuthInfoDraft): AuthInfoParts {
  if (!namePattern.test(draft.name)) {
    throw invalid(
      say`"${draft.name.slice(0, 140)}" is no auth-info name: use 1 to 128 letters, digits and _, not digits alone, not starting with _`,
    )
  }
  const type = authInfoTypeOf(draft.type)
  checkValues(draft)
  const missing = required[type].filter((member) => (draft[member] ?? '') === '')
  if (missing.length > 0) throw invalid(say`an auth-info of kind ${type} needs ${missing.map((member) => members[member]).join(', ')}`)
  return {
    info: {
      name: draft.name,
      type,
      userName: draft.userName ?? '',
      certificateLocation: draft.certificateLocation ?? '',
      krb5Conf: draft.krb5Conf ?? '',
      keytab: draft.keytab ?? '',
      truststoreLocation: draft.truststoreLocation ?? '',
      keystoreLocation: draft.keystoreLocation ?? '',
      allowedAddresses: allowedAddressesOf(draft.allowedAddresses ?? []),
    },
    secrets: filled({
      password: draft.password,
      truststorePassword: draft.truststorePassword,
      keystorePassword: draft.keystorePassword,
      keyPassword: draft.keyPassword,
    }),
  }
}

/**
 * What an auth-info and its secrets are after an update.
 * @throws {ServiceError} `invalid` for a member that is too long or has control characters
 */
export function updateAuthInfo(
  info: AuthInfo,
  secrets: AuthInfoSecrets,
  changes: AuthInfoChanges,
): { readonly info: AuthInfo; readonly secrets: AuthInfoSecrets } {
  checkValues(changes)
  return {
    info: {
      ...info,
      userName: changes.userName || info.userName,
      krb5Conf: changes.krb5Conf || info.krb5Conf,
      keytab: changes.keytab || info.keytab,
      truststoreLocation: changes.truststoreLocation || info.truststoreLocation,
      keystoreLocation: changes.keystoreLocation || info.keystoreLocation,
      allowedAddresses: changes.allowedAddresses === undefined ? info.allowedAddresses : allowedAddressesOf(changes.allowedAddresses),
    },
    secrets: {
      ...secrets,
      ...filled({
        password: changes.password,
        truststorePassword: changes.truststorePassword,
        keystorePassword: changes.keystorePassword,
      }),
    },
  }
}

function authInfoTypeOf(text: string): AuthInfoType {
  const wanted = text.toLowerCase()
  const found = Object.hasOwn(types, wanted) ? types[wanted] : undefined
  if (found === undefined)
    throw invalid(say`datasource_type "${text.slice(0, 64)}" is unknown: send one of ${Object.values(types).join(', ')}`)
  return found
}

function checkValues(
  draft: AuthInfoChanges & { readonly certificateLocation?: string | undefined; readonly keyPassword?: string | undefined },
): void {
  for (const [member, wireName] of Object.entries(members)) {
    const value = draft[member as keyof typeof members]
    if (value !== undefined && value.length > mostCharacters) throw invalid(say`${wireName} has more than ${mostCharacters} characters`)
  }
  for (const member of plainMembers) {
    if (/\p{Cc}/u.test(draft[member] ?? '')) {
      throw invalid(say`${members[member]} has a control character, such as a line break or NUL: send it without`)
    }
  }
}

/** Leaves out what is absent or empty. */
function filled(secrets: { readonly [Name in keyof AuthInfoSecrets]: string | undefined }): AuthInfoSecrets {
  return Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== undefined && value !== ''))
}

/** @throws {ServiceError} `conflict` when the name is taken */
export function checkNewAuthInfo(name: string, existing: AuthInfo | undefined): void {
  if (existing === undefined) return
  throw new ServiceError('conflict', say`auth-info ${name} exists already: choose another name, or update it`, {
    subject: { kind: 'authInfo', name },
  })
}

/** The error of an auth-info that is not there. */
export function noAuthInfo(name: string): ServiceError {
  const shown = name.slice(0, 140)
  return new ServiceError('notFound', say`There is no datasource authentication named ${shown}`, {
    subject: { kind: 'authInfo', name: shown },
  })
}

function invalid(message: Text): ServiceError {
  return new ServiceError('invalid', message)
}
