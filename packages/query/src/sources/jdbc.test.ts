// OPTIONS of JDBC tables: the published forms are read, everything else is refused by name, and no password is repeated.

import { describe, expect, it } from 'vitest'
import { readSourceOptions } from './jdbc.ts'

const base = { url: 'jdbc:postgresql://192.168.0.193:5432/postgres', driver: 'org.postgresql.Driver', dbtable: 'pg_schema.test1' }

describe('readSourceOptions', () => {
  it('reads the published options', () => {
    expect(readSourceOptions('JDBC', { ...base, passwdauth: 'test', encryption: 'true' })).toEqual({
      connector: 'postgresql',
      settings: {
        endpoint: { host: '192.168.0.193', port: 5432 },
        database: 'postgres',
        schema: 'pg_schema',
        table: 'test1',
        tls: 'prefer',
        fetchSize: 1000,
      },
      authInfoName: 'test',
      credentials: undefined,
    })
  })

  it('takes keys in any case, plain credentials verbatim and parallel reading', () => {
    const options = {
      ...base,
      User: 'u',
      PASSWORD: ' p w ',
      partitionColumn: 'id',
      lowerBound: '-5',
      upperBound: '100',
      numPartitions: '4',
      FetchSize: '50',
      batchsize: '10',
      truncate: 'false',
      isolationLevel: 'read_committed',
    }
    expect(readSourceOptions('jdbc', options)).toMatchObject({
      settings: { fetchSize: 50, partitions: { column: 'id', lower: -5n, upper: 100n, count: 4 } },
      authInfoName: undefined,
      credentials: { user: 'u', password: ' p w ' },
    })
  })

  it.each([
    ['', 'prefer'],
    ['?sslmode=disable', 'disable'],
    ['?sslmode=require&ApplicationName=x', 'require'],
    ['?sslmode=verify-full&connectTimeout=10', 'verify-full'],
    ['?ssl=true', 'verify-full'],
    ['?ssl', 'verify-full'],
    ['?ssl=false&tcpKeepAlive=true', 'disable'],
    ['?ssl=true&sslmode=require', 'require'],
  ])('reads the encryption of the url with %j', (query, tls) => {
    expect(readSourceOptions('jdbc', { ...base, url: base.url + query }).settings.tls).toBe(tls)
  })

  it.each([
    ['test1', undefined, 'test1'],
    ['s.t', 's', 't'],
    ['"My Schema"."T""x"', 'My Schema', 'T"x'],
    ['Public.Test', 'Public', 'Test'],
  ])('reads dbtable %s', (dbtable, schema, table) => {
    expect(readSourceOptions('jdbc', { ...base, dbtable }).settings).toMatchObject({ schema, table })
  })

  it.each([
    [{ url: undefined }, 'invalid', 'option url is missing'],
    [{ dbtable: undefined }, 'invalid', 'option dbtable is missing'],
    [{ dbtable: '(select 1) t' }, 'invalid', 'option dbtable is not the name of a table'],
    [{ dbtable: 'a.b.c' }, 'invalid', 'option dbtable'],
    [{ dbtable: 't; drop table x' }, 'invalid', 'option dbtable'],
    [{ driver: 'com.mysql.jdbc.Driver' }, 'invalid', "write 'org.postgresql.Driver'"],
    [{ url: 'jdbc:oracle:thin:@h:1521:x' }, 'invalid', 'jdbc:postgresql://host:port/database'],
    [{ url: 'jdbc:postgresql://h/db' }, 'invalid', 'with one host and its port'],
    [{ url: 'jdbc:postgresql://h:5432' }, 'invalid', 'option url'],
    [{ url: 'jdbc:postgresql://h:5432/' }, 'invalid', 'names no database'],
    [{ url: 'jdbc:postgresql://a:1,b:2/db' }, 'invalid', 'several hosts'],
    [{ url: 'jdbc:postgresql://u:s3cret@h:1/db' }, 'invalid', 'may not hold a user'],
    [{ url: 'jdbc:postgresql://h:1/db?password=s3cret' }, 'invalid', 'parameter password is not offered'],
    [{ url: 'jdbc:postgresql://h:1/db?host=/tmp' }, 'invalid', 'parameter host is not offered'],
    [{ url: 'jdbc:postgresql://h:1/db?options=-c%20x' }, 'invalid', 'parameter options is not offered'],
    [{ url: 'jdbc:postgresql://h:1/db?socketFactory=evil' }, 'invalid', 'parameter socketFactory is not offered'],
    [{ url: 'jdbc:postgresql://h:1/db?loggerFile=/etc/x' }, 'invalid', 'parameter loggerFile is not offered'],
    [{ url: 'jdbc:postgresql://h:1/db?loadBalanceHosts=true' }, 'invalid', 'parameter loadBalanceHosts is not offered'],
    [{ url: 'jdbc:postgresql://h:1/db?__proto__=x' }, 'invalid', 'parameter __proto__ is not offered'],
    [{ url: 'jdbc:postgresql://h:1/db?ssl=maybe' }, 'invalid', 'ssl takes true or false'],
    [{ url: 'jdbc:postgresql://h:1/db?sslmode=x' }, 'invalid', 'sslmode takes'],
    [{ url: 'jdbc:postgresql://h:1/db?ssl=true&SSL=false' }, 'invalid', 'given twice'],
    [{ url: 'jdbc:postgresql://h:1/%zz' }, 'invalid', 'hexadecimal'],
    [{ query: 'select 1' }, 'invalid', 'option query is not offered for JDBC; known are url, driver'],
    [{ sessioninitstatement: 'x' }, 'invalid', 'option sessionInitStatement is not offered'],
    [{ s3cret: 'x' }, 'invalid', 'an option is not known for JDBC; known are url, driver'],
    [{ s3crets: 'x', S3crets: 'y' }, 'invalid', 'an option is not known for JDBC; known are url, driver'],
    [{ paswd: 'x' }, 'invalid', 'an option is not known for JDBC; known are'],
    [{ Pasword: 'x' }, 'invalid', 'an option is not known for JDBC (is it password?); known are'],
    [{ dbtabel: 'x' }, 'invalid', 'an option is not known for JDBC (is it dbtable?)'],
    [{ passwdauth: 'a' }, 'invalid', "write 'encryption'='true'"],
    [{ passwdauth: 'a', encryption: 'true', password: 's3cret' }, 'invalid', 'leave them out'],
    [{ password: 's3cret' }, 'invalid', 'option user is missing'],
    [{ user: 'u' }, 'invalid', 'option password is missing'],
    [
      { partitionColumn: 'id' },
      'invalid',
      'option lowerBound is missing: partitionColumn, lowerBound, upperBound, numPartitions go together',
    ],
    [{ partitionColumn: 'id', lowerBound: '9', upperBound: '9', numPartitions: '2' }, 'invalid', 'less than upperBound'],
    [{ fetchsize: '0' }, 'invalid', 'option fetchsize takes a whole number of 1 to 1000000'],
    [{ truncate: 'yes' }, 'invalid', 'option truncate takes true or false'],
    [{ isolationLevel: 'x' }, 'invalid', 'isolationLevel takes NONE'],
    [{ URL: 'x' }, 'invalid', 'option URL is given twice'],
  ])('refuses %j', (change, kind, message) => {
    const options = Object.fromEntries(
      Object.entries({ ...base, ...change }).filter((entry): entry is [string, string] => entry[1] !== undefined),
    )
    const attempt = (): unknown => readSourceOptions('jdbc', options)
    expect(attempt).toThrow(message)
    expect(attempt).toThrow(expect.objectContaining({ kind, message: expect.not.stringContaining('s3cret') }))
  })

  it.each([
    ['jdbc:mysql://10.0.0.1:3306/shop', 'orders', { database: 'shop', schema: undefined, table: 'orders', tls: 'prefer' }],
    ['jdbc:mariadb://10.0.0.1:3306', 'shop.orders', { database: 'shop', schema: 'shop', table: 'orders', tls: 'prefer' }],
    ['jdbc:mysql://10.0.0.1:3306/', '`odd ``shop`.`or.ders`', { database: 'odd `shop', schema: 'odd `shop', table: 'or.ders' }],
    ['jdbc:mysql://10.0.0.1:3306/a?sslMode=VERIFY_IDENTITY', 'b.c', { database: 'a', schema: 'b', table: 'c', tls: 'verify-full' }],
    ['jdbc:mysql://10.0.0.1:3306/a?useSSL=false&characterEncoding=utf8&serverTimezone=UTC', 't', { tls: 'disable' }],
    ['jdbc:mysql://10.0.0.1:3306/a?useSSL=true', 't', { tls: 'prefer' }],
    ['jdbc:mysql://10.0.0.1:3306/a?useSSL=true&requireSSL=true', 't', { tls: 'require' }],
    ['jdbc:mysql://10.0.0.1:3306/a?useSSL=true&verifyServerCertificate=true', 't', { tls: 'verify-full' }],
    ['jdbc:mariadb://10.0.0.1:3306/a?useSsl=true', 't', { tls: 'verify-full' }],
    ['jdbc:mariadb://10.0.0.1:3306/a?sslMode=trust', 't', { tls: 'require' }],
  ])('reads %s with dbtable %s', (url, dbtable, settings) => {
    for (const driver of ['com.mysql.jdbc.Driver', 'com.mysql.cj.jdbc.Driver', 'org.mariadb.jdbc.Driver'])
      expect(readSourceOptions('jdbc', { url, dbtable, driver })).toMatchObject({ connector: 'mysql', settings })
  })

  it.each([
    ['jdbc:mysql://h:1', 't', undefined, 'option dbtable names no database'],
    ['jdbc:mysql://h/a', 't', undefined, "write it as 'jdbc:mysql://host:port/database'"],
    ['jdbc:mysql://h:1/a', '"b"."c"', undefined, "write it as 'database.table' or 'table'"],
    ['jdbc:mysql://h:1/a', 't', 'org.postgresql.Driver', "write 'com.mysql.cj.jdbc.Driver' for jdbc:mysql"],
    ['jdbc:mysql://u:s3cret@h:1/a', 't', undefined, 'may not hold a user'],
    ['jdbc:mysql://h:1/a?sslMode=VERIFY_CA', 't', undefined, 'parameter sslMode takes disabled'],
    ['jdbc:mysql://h:1/a?serverTimezone=Asia/Shanghai', 't', undefined, 'parameter serverTimezone does not take this value'],
    ['jdbc:mysql://h:1/a?zeroDateTimeBehavior=round', 't', undefined, 'parameter zeroDateTimeBehavior does not take this value'],
    ['jdbc:mysql://h:1/a?allowPublicKeyRetrieval=true', 't', undefined, 'parameter allowPublicKeyRetrieval does not take this value'],
    ['jdbc:mysql://h:1/a?allowLoadLocalInfile=true', 't', undefined, 'parameter allowLoadLocalInfile does not take this value'],
    ['jdbc:mysql://h:1/a?autoDeserialize=true', 't', undefined, 'parameter autoDeserialize is not offered; offered are sslMode'],
    ['jdbc:mysql://h:1/a?constructor=x', 't', undefined, 'parameter constructor is not offered'],
  ])('refuses %s with dbtable %s and driver %s', (url, dbtable, driver, message) => {
    const attempt = (): unknown => readSourceOptions('jdbc', { url, dbtable, ...(driver === undefined ? {} : { driver }) })
    expect(attempt).toThrow(expect.objectContaining({ kind: 'invalid', message: expect.stringContaining(message) }))
    expect(attempt).toThrow(expect.objectContaining({ message: expect.not.stringContaining('s3cret') }))
  })

  it('refuses other kinds of sources by name', () => {
    expect(() => readSourceOptions('CSS', {})).toThrow('USING CSS is not offered; offered: JDBC')
  })
})
