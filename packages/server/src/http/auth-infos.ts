// Auth-infos: wire in, one use case, wire out. Secrets only go in.

import { type BodyOf, operations, type ResultOf } from '@tributary/contract'
import type { Control } from '@tributary/control'
import type { AuthInfo } from '@tributary/rules'
import type { Door } from './door.ts'
import { success } from './envelope.ts'

/** Routes of auth-infos. */
export function authInfoRoutes(door: Door, control: Control): void {
  door.on(operations.createAuthInfo, async ({ caller, body }) => {
    await control.authInfos.create(caller, {
      ...changesOf(body),
      name: body.auth_info_name,
      type: body.datasource_type,
      certificateLocation: body.certificate_location,
      keyPassword: body.key_password,
    })
    return success({}, 'Upload success.')
  })
  door.on(operations.listAuthInfos, async ({ caller, query }) => {
    const { auth_info_name: name, limit = 100, offset = 0 } = query
    const { total, authInfos } = await control.authInfos.list(caller, { name, limit, offset })
    return success({ count: total, auth_infos: authInfos.map(toWire) })
  })
  door.on(operations.updateAuthInfo, async ({ caller, body }) => {
    await control.authInfos.update(caller, body.auth_info_name, changesOf(body))
    return success({}, 'Update success.')
  })
  door.on(operations.deleteAuthInfo, async ({ caller, params }) => {
    await control.authInfos.remove(caller, params.auth_info_name)
    return success({}, 'Deleted success.')
  })
}

function changesOf(body: BodyOf<typeof operations.updateAuthInfo>) {
  return {
    userName: body.user_name,
    password: body.password,
    krb5Conf: body.krb5_conf,
    keytab: body.keytab,
    truststoreLocation: body.truststore_location,
    truststorePassword: body.truststore_password,
    keystoreLocation: body.keystore_location,
    keystorePassword: body.keystore_password,
    allowedAddresses: body.allowed_addresses,
  }
}

function toWire(info: AuthInfo): ResultOf<typeof operations.listAuthInfos>['auth_infos'][number] {
  return {
    auth_info_name: info.name,
    user_name: info.userName,
    certificate_location: info.certificateLocation,
    datasource_type: info.type,
    krb5_conf: info.krb5Conf,
    keytab: info.keytab,
    truststore_location: info.truststoreLocation,
    keystore_location: info.keystoreLocation,
    owner: info.owner,
    create_time: info.createdAt,
    update_time: info.updatedAt,
    ...(info.allowedAddresses.length === 0 ? {} : { allowed_addresses: [...info.allowedAddresses] }),
  }
}
