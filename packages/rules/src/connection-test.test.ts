// Addresses of connectivity tests at both edges, and what is said of a test.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ConnectionTest,
  isIpv6,
  judgeTestAddress,
  noConnectionTest,
  parseTestAddress,
  reachable,
  testBegun,
  testFound,
  testNumberOf,
} from './connection-test.ts'
import { ServiceError } from './errors.ts'
import { inWords, isSilent, say, silence } from './text.ts'

const label63 = 'a'.repeat(63)
const longest = `${label63}.${label63}.${label63}.${'a'.repeat(60)}.xy`

describe('an address of a test', () => {
  it.each([
    ['0.0.0.0', 'ipv4', undefined],
    ['255.255.255.255', 'ipv4', undefined],
    ['10.71.0.5:5432', 'ipv4', 5432],
    ['10.71.0.5:0', 'ipv4', 0],
    ['10.71.0.5:00080', 'ipv4', 80],
    ['10.71.0.5:65535', 'ipv4', 65_535],
    ['iam.xxx.com:443', 'name', 443],
    ['iam.xxx.com', 'name', undefined],
    ['my_db-1.a.co', 'name', undefined],
    ['ecs-97f8-0001', 'name', undefined],
    ['db:5432', 'name', 5432],
    ['1and1.com:443', 'name', 443],
    [longest, 'name', undefined],
    ['::1', 'ipv6', undefined],
    ['::', 'ipv6', undefined],
    ['2001:db8::5', 'ipv6', undefined],
    ['1:2:3:4:5:6:7:8', 'ipv6', undefined],
    ['::ffff:127.0.0.1', 'ipv6', undefined],
    ['1:2:3:4:5:6::8', 'ipv6', undefined],
    ['[2001:db8::5]:5432', 'ipv6', 5432],
  ])('%s is taken', (text, family, port) => {
    expect(parseTestAddress(text)).toMatchObject({ family, port })
  })

  it.each([
    '',
    ' ',
    '10.71.0.256',
    '256.0.0.1:80',
    '10.71.0',
    '10.71.0.5.6',
    '010.0.0.1',
    '10.71.0.5:65536',
    '10.71.0.5:123456',
    '10.71.0.5:',
    '10.71.0.5:-1',
    '10.71.0.5:5432 ',
    'http://iam.xxx.com',
    'iam.xxx.com/path',
    'user@iam.xxx.com',
    'a..com',
    '.com',
    'iam.xxx.c',
    'iam.xxx.c0m',
    'iam.xxx.123',
    'ä.com',
    `a${longest}`,
    '[10.71.0.5]:80',
    '[::1]',
    '[::1]:65536',
    ':::1',
    '1::2::3',
    '1:2:3::4:5:6::7:8',
    '1:2:3:4:5:6:7::8',
    '::1.2.3.256',
    'x[::1]:80',
    '[::1]:80x',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    'fe80::1%eth0',
    '1.2.3.4::',
    '::1.2.3.4:5',
    'iam.xxx.com\n',
  ])('%j is refused', (text) => {
    expect(() => parseTestAddress(text)).toThrow(ServiceError)
  })

  it.each([
    ['10.71.0.256', 'is no address that can be tested'],
    ['10.71.0.5:65536', 'has a port above 65535'],
  ])('%s is told the forms there are', (text, problem) => {
    expect(() => parseTestAddress(text)).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        message: `address ${problem}: write an IPv4 address or a domain name, with or without a port of 0 to 65535, like 10.71.0.5:5432 or db.example.com:5432; an IPv6 address with a port stands in brackets`,
      }),
    )
  })

  it('is never longer than 255 characters, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        const host = hostOf(text)
        return host === undefined || host.length <= 255
      }),
    )
    expect(longest.length).toBe(255)
  })

  it('is read as IPv6 exactly where it is', () => {
    fc.assert(fc.property(fc.ipV6(), isIpv6))
    fc.assert(fc.property(fc.ipV4(), (text) => !isIpv6(text)))
  })

  it('of IPv6 or port 0 is judged without a dial', () => {
    expect(judgeTestAddress(parseTestAddress('[::1]:80'))).toMatchObject({
      connectivity: 'UNREACHABLE',
      message: {
        template: 'stopped at {0}: {1}',
        values: ['route', expect.objectContaining({ template: expect.stringContaining('IPv4') })],
      },
    })
    expect(inWords(judgeTestAddress(parseTestAddress('10.0.0.1:0'))?.message ?? silence)).toBe(
      'stopped at tcp: nothing can listen on port 0; name the port of the service',
    )
    expect(judgeTestAddress(parseTestAddress('10.0.0.1:1'))).toBeUndefined()
  })
})

/** @returns `undefined` for text that is refused as it should be */
function hostOf(text: string): string | undefined {
  try {
    return parseTestAddress(text).host
  } catch (error) {
    if (error instanceof ServiceError && error.kind === 'invalid') return undefined
    throw error
  }
}

describe('a test', () => {
  it('is told of in the published words', () => {
    expect(testBegun(parseTestAddress('iam.xxx.com:443'))).toBe('check connectivity to address:iam.xxx.com with port: 443 successfully')
    expect(testBegun(parseTestAddress('iam.xxx.com'))).toBe('check connectivity to address:iam.xxx.com successfully')
    expect(reachable(parseTestAddress('iam.xxx.com')).connectivity).toBe('REACHABLE')
    expect(isSilent(reachable(parseTestAddress('iam.xxx.com:443')).message)).toBe(true)
    expect(inWords(reachable(parseTestAddress('iam.xxx.com')).message)).toContain('TCP was not tried')
  })

  it('says what it has found after the published words', () => {
    const found = (message: ConnectionTest['message']) => inWords(testFound({ number: 7, message } as ConnectionTest))
    expect(found(silence)).toBe('Get node connectivity status successfully for addressId:7')
    expect(found(say`stopped at ${'tcp'}`)).toBe('Get node connectivity status successfully for addressId:7: stopped at tcp')
  })

  it('that is not there is told by its number and queue', () => {
    expect(noConnectionTest(7, 'q1')).toMatchObject({
      kind: 'notFound',
      message: 'There is no connectivity test 7 on queue q1: results are kept for a day',
    })
    expect(() => testNumberOf('nine')).toThrow(
      expect.objectContaining({ kind: 'invalid', message: 'task_id is the whole number that the test was answered with' }),
    )
  })

  it('is asked for by a whole number', () => {
    expect([testNumberOf('9'), testNumberOf('0'), testNumberOf('9'.repeat(15))]).toEqual([9, 0, 999_999_999_999_999])
    for (const text of ['', 'nine', '1.5', '-1', '1'.repeat(16)]) expect(() => testNumberOf(text), text).toThrow(ServiceError)
  })
})
