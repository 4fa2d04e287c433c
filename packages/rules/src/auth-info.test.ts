// The rules of auth-infos.

import { describe, expect, it } from 'vitest'
import { type AuthInfo, type AuthInfoDraft, checkAuthInfoDraft, checkNewAuthInfo, noAuthInfo, updateAuthInfo } from './auth-info.ts'

describe('an auth-info draft', () => {
  const drafts: readonly AuthInfoDraft[] = [
    { name: 'a', type: 'passwd', userName: 'u', password: 'p' },
    { name: 'a', type: 'css', userName: 'u', password: 'p', certificateLocation: 'obs://x.cer' },
    { name: 'a', type: 'krb', userName: 'u', krb5Conf: 'obs://k', keytab: 'obs://t' },
    { name: 'a', type: 'KAFKA_SSL', truststoreLocation: 'obs://t', truststorePassword: 'p' },
  ]

  it('has what its kind needs, in any case', () => {
    expect(drafts.map((draft) => checkAuthInfoDraft(draft).info.type)).toEqual(['passwd', 'CSS', 'KRB', 'Kafka_SSL'])
    // DCS knows a password and no user.
    expect(checkAuthInfoDraft({ name: 'a', type: 'passwd', password: 'p' }).info.userName).toBe('')
  })

  it('is refused for what is missing, by its wire name', () => {
    const missing = (draft: AuthInfoDraft) => () => checkAuthInfoDraft(draft)
    expect(missing({ name: 'a', type: 'passwd', userName: 'u', password: '' })).toThrow('needs password')
    expect(missing({ name: 'a', type: 'CSS', userName: 'u' })).toThrow('needs password, certificate_location')
    expect(missing({ name: 'a', type: 'KRB', userName: 'u' })).toThrow('needs krb5_conf, keytab')
    expect(missing({ name: 'a', type: 'Kafka_SSL' })).toThrow('needs truststore_location, truststore_password')
    expect(missing({ name: 'a', type: 'ldap' })).toThrow('datasource_type "ldap" is unknown')
    expect(missing({ name: '_a', type: 'passwd', password: 'p' })).toThrow('is no auth-info name')
  })

  it('shows the beginning of a name and of a kind that it refuses, and what to send', () => {
    const refused = (change: Partial<AuthInfoDraft>, message: string) =>
      expect(() => checkAuthInfoDraft({ ...(drafts[0] as AuthInfoDraft), ...change })).toThrow(
        expect.objectContaining({ kind: 'invalid', message }),
      )
    refused(
      { name: 'a'.repeat(141) },
      `"${'a'.repeat(140)}" is no auth-info name: use 1 to 128 letters, digits and _, not digits alone, not starting with _`,
    )
    refused({ type: 'x'.repeat(65) }, `datasource_type "${'x'.repeat(64)}" is unknown: send one of passwd, CSS, KRB, Kafka_SSL`)
  })

  it('keeps every path as it was sent, and has empty ones for the rest', () => {
    const paths = {
      certificateLocation: 'obs://b/x.cer',
      krb5Conf: 'obs://b/krb5.conf',
      keytab: 'obs://b/u.keytab',
      truststoreLocation: 'obs://b/t.jks',
      keystoreLocation: 'obs://b/k.jks',
    }
    const bare = { name: 'a', type: 'passwd', password: 'p' }
    expect(checkAuthInfoDraft({ ...bare, ...paths }).info).toMatchObject(paths)
    expect(checkAuthInfoDraft(bare).info).toEqual({
      name: 'a',
      type: 'passwd',
      userName: '',
      certificateLocation: '',
      krb5Conf: '',
      keytab: '',
      truststoreLocation: '',
      keystoreLocation: '',
      allowedAddresses: [],
    })
  })

  it('has members of up to 4096 characters', () => {
    const password = 'x'.repeat(4096)
    expect(checkAuthInfoDraft({ name: 'a', type: 'passwd', password }).secrets).toEqual({ password })
    expect(() => checkAuthInfoDraft({ name: 'a', type: 'passwd', password: `${password}x` })).toThrow(
      'password has more than 4096 characters',
    )
  })

  it('never shows a secret in a refusal', () => {
    const refused = () => checkAuthInfoDraft({ name: 'a', type: 'passwd', userName: 'u', password: `canary${'x'.repeat(5000)}` })
    expect(refused).toThrow('password has more than 4096 characters')
    expect(refused).not.toThrow('canary')
  })

  it.each(['userName', 'password', 'truststorePassword', 'keystorePassword', 'keyPassword'] as const)(
    'has no control character in %s, and neither has an update',
    (member) => {
      const draft = (value: string): AuthInfoDraft => ({ name: 'a', type: 'passwd', userName: 'u', password: 'p', [member]: value })
      const info = checkAuthInfoDraft(draft('p')).info as AuthInfo
      const wireName = member.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
      for (const sign of ['\0', '\u001f', '\n', '\u007f', '\u009f']) {
        const refused = [() => checkAuthInfoDraft(draft(`ca${sign}nary`)), () => updateAuthInfo(info, {}, { [member]: `ca${sign}nary` })]
        for (const refuse of refused) {
          expect(refuse).toThrow(`${wireName} has a control character`)
          expect(refuse).not.toThrow('nary')
        }
      }
      for (const sign of [' ', '~', '\u00a0', '密', '"']) {
        expect(() => checkAuthInfoDraft(draft(`a${sign}b`))).not.toThrow()
        expect(() => updateAuthInfo(info, {}, { [member]: `a${sign}b` })).not.toThrow()
      }
    },
  )

  it('keeps secrets apart from what is shown', () => {
    const { info, secrets } = checkAuthInfoDraft({ ...(drafts[3] as AuthInfoDraft), keystorePassword: 'k', keyPassword: '' })
    expect(secrets).toEqual({ truststorePassword: 'p', keystorePassword: 'k' })
    expect(Object.keys(info).filter((name) => /password/i.test(name))).toEqual([])
  })
})

describe('an update', () => {
  it('keeps what is absent or empty', () => {
    const info = {
      name: 'a',
      type: 'passwd',
      userName: 'u',
      krb5Conf: 'k',
      keytab: '',
      truststoreLocation: '',
      keystoreLocation: '',
      allowedAddresses: [] as readonly string[],
    } as AuthInfo
    const updated = updateAuthInfo(info, { password: 'p' }, { userName: '', krb5Conf: 'new', keystorePassword: 's' })
    expect(updated.info).toMatchObject({ userName: 'u', krb5Conf: 'new' })
    expect(updated.secrets).toEqual({ password: 'p', keystorePassword: 's' })
  })
  it('changes what was sent, member by member', () => {
    const { info, secrets } = checkAuthInfoDraft({
      name: 'a',
      type: 'kafka_ssl',
      userName: 'u',
      krb5Conf: 'obs://old/krb5.conf',
      keytab: 'obs://old/keytab',
      truststoreLocation: 'obs://old/t',
      truststorePassword: 'old',
      keystoreLocation: 'obs://old/k',
      allowedAddresses: ['10.71.0.5'],
    })
    const kept = updateAuthInfo(info as AuthInfo, secrets, { keytab: '', truststoreLocation: '', keystoreLocation: '' })
    expect(kept).toEqual({ info, secrets })
    const changes = { keytab: 'obs://new/keytab', truststoreLocation: 'obs://new/t', keystoreLocation: 'obs://new/k' }
    const changed = updateAuthInfo(info as AuthInfo, secrets, {
      ...changes,
      truststorePassword: 'new',
      allowedAddresses: ['10.71.0.6:5432'],
    })
    expect(changed).toEqual({ info: { ...info, ...changes, allowedAddresses: ['10.71.0.6:5432'] }, secrets: { truststorePassword: 'new' } })
    expect(updateAuthInfo(info as AuthInfo, secrets, { allowedAddresses: [] }).info.allowedAddresses).toEqual([])
  })
})

describe('the name of an auth-info', () => {
  it('is free, or the refusal says what to do', () => {
    expect(() => checkNewAuthInfo('pg', undefined)).not.toThrow()
    expect(() => checkNewAuthInfo('pg', { name: 'pg' } as AuthInfo)).toThrow(
      expect.objectContaining({
        kind: 'conflict',
        message: 'auth-info pg exists already: choose another name, or update it',
        details: { subject: { kind: 'authInfo', name: 'pg' } },
      }),
    )
  })
})

describe('an auth-info that is not there', () => {
  it.each([
    ['pg', 'pg'],
    ['x'.repeat(141), 'x'.repeat(140)],
  ])('is told by its name %s, cut where no name is that long', (name, shown) => {
    expect(noAuthInfo(name)).toMatchObject({
      kind: 'notFound',
      message: `There is no datasource authentication named ${shown}`,
      details: { subject: { kind: 'authInfo', name: shown } },
    })
  })
})
