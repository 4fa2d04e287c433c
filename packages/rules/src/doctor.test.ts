// What the doctor may be asked.

import { describe, expect, it } from 'vitest'
import { checkDoctorDraft, type DoctorDraft } from './doctor.ts'

const address = 'db.example.com:5432'
const full = { address, protocol: 'PostgreSQL', authInfoName: 'login', database: 'shop', table: 'public.orders', tls: 'require' }

const protocols = [
  { kind: 'postgresql', otherNames: [], defaultDatabase: 'postgres' },
  { kind: 'mysql', otherNames: ['mariadb'], defaultDatabase: 'mysql' },
]
const check = (draft: DoctorDraft) => checkDoctorDraft(draft, protocols)

describe('a question to the doctor', () => {
  it('is an address alone, or all there is', () => {
    expect(check({ address })).toEqual({ endpoint: { host: 'db.example.com', port: 5432 }, session: undefined })
    expect(check(full).session).toEqual({
      protocol: 'postgresql',
      authInfoName: 'login',
      database: 'shop',
      schema: 'public',
      table: 'orders',
      tls: 'require',
    })
    expect(check({ address, protocol: 'postgresql' }).session).toMatchObject({
      tls: 'prefer',
      database: 'postgres',
      table: undefined,
    })
    for (const protocol of ['mysql', 'MariaDB'])
      expect(check({ address, protocol }).session).toMatchObject({ protocol: 'mysql', database: 'mysql', tls: 'prefer' })
  })

  it.each([
    [{ address: 'db.example.com' }, 'invalid', /host:port/],
    [{ address: 'db.example.com:0' }, 'invalid', /host:port/],
    [{ address: '[::1]:5432' }, 'invalid', /host:port/],
    [{ address, protocol: 'gopher' }, 'invalid', /protocol is postgresql or mysql/],
    [{ address, protocol: 'redis' }, 'unsupported', /not spoken yet/],
    [{ address, tls: 'require' }, 'invalid', /tls needs protocol/],
    [{ address, authInfoName: 'login' }, 'invalid', /auth_info_name needs protocol/],
    [{ ...full, authInfoName: undefined }, 'invalid', /table needs auth_info_name/],
    [{ ...full, tls: 'maybe' }, 'invalid', /tls is one of/],
    [{ ...full, table: 'a.b.c' }, 'invalid', /table/],
    [{ ...full, table: '' }, 'invalid', /table/],
    [{ ...full, database: 'x'.repeat(64) }, 'invalid', /database/],
  ])('%j is refused', (draft, kind, message) => {
    expect(() => check(draft)).toThrow(expect.objectContaining({ kind, message: expect.stringMatching(message) }))
  })

  it('names are taken up to their longest', () => {
    expect(check({ ...full, database: 'x'.repeat(63), table: 'y'.repeat(63) }).session?.table).toHaveLength(63)
  })
})
