// The rules of auth-infos.

import { describe, expect, it } from 'vitest'
import { type AuthInfo, type AuthInfoDraft, checkAuthInfoDraft, updateAuthInfo } from './auth-info.ts'

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
})
