import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { serverAddress } from '../../src/database/address.ts'
import { completeUrl } from '../../src/database/complete.ts'
import { withDatabase } from '../../src/database/uri.ts'
import { describeServer, redactUrl } from '../../src/database/url.ts'
import { useFolder } from '../support/folder.ts'

function addressOf(url: string, env: Record<string, string> = {}) {
  return serverAddress(completeUrl(url, env))
}

function serviceFile(text: string): { file: string; home: string } {
  const home = useFolder()
  const file = join(home, '.pg_service.conf')
  writeFileSync(file, text)
  return { file, home }
}

describe('the environment', () => {
  test('says what the URL leaves open', () => {
    const env = { PGHOST: 'db', PGPORT: '5433', PGUSER: 'joe', PGPASSWORD: 'h&sh=', PGDATABASE: 'shop' }
    expect(addressOf('postgres://', env)).toMatchObject({
      endpoints: [{ host: 'db', port: 5433 }],
      user: 'joe',
      password: 'h&sh=',
      database: 'shop',
    })
  })

  test('does not win over the URL', () => {
    const env = { PGHOST: 'other', PGUSER: 'other', PGDATABASE: 'other', PGPORT: '1', PGSSLMODE: 'require' }
    expect(addressOf('postgres://joe@db:5433/shop?sslmode=disable', env)).toMatchObject({
      endpoints: [{ host: 'db', port: 5433 }],
      user: 'joe',
      database: 'shop',
      tls: { mode: 'disable' },
    })
  })

  test.each([
    ['PGHOSTADDR', '10.0.0.1', { endpoints: [{ host: 'db', hostaddr: '10.0.0.1' }] }],
    ['PGAPPNAME', 'deploy', { applicationName: 'deploy' }],
    ['PGOPTIONS', '-c a.b=c', { options: '-c a.b=c' }],
    ['PGCONNECT_TIMEOUT', '7', { connectTimeoutMs: 7000 }],
    ['PGSSLMODE', 'verify-full', { tls: { mode: 'verify-full' } }],
    ['PGSSLROOTCERT', '/ca.pem', { tls: { rootCert: '/ca.pem' } }],
    ['PGSSLCERT', '/me.crt', { tls: { cert: '/me.crt' } }],
    ['PGSSLKEY', '/me.key', { tls: { key: '/me.key' } }],
    ['PGPASSFILE', '/pass', { passfile: '/pass' }],
    ['PGTARGETSESSIONATTRS', 'primary', { target: 'primary' }],
    ['PGLOADBALANCEHOSTS', 'random', { balanced: true }],
    ['PGREQUIREAUTH', 'scram-sha-256', { requireAuth: ['scram-sha-256'] }],
    ['PGCHANNELBINDING', 'require', { requireChannelBinding: true }],
  ])('%s=%s is read', (name, value, expected) => {
    expect(addressOf('postgres://db/shop', { [name]: value })).toMatchObject(expected)
  })

  test('is not read where nobody hands it over', () => {
    expect(completeUrl('postgres://db/shop', {})).toBe('postgres://db/shop')
  })

  test('leaves embedded databases alone', () => {
    expect(completeUrl('pglite:memory', { PGHOST: 'db' })).toBe('pglite:memory')
  })

  test('a password of it is masked like one of the URL', () => {
    expect(redactUrl(completeUrl('postgres://db', { PGPASSWORD: 'hush' }))).toBe('postgres://db?password=***')
  })
})

describe('a service', () => {
  test('says what the URL leaves open, and wins over the environment', () => {
    const { file } = serviceFile(
      '# ours\n[other]\nhost=no\n\n[shop]\nhost=db\nport=5433\nuser=joe\n[last]\nhost=no\n',
    )
    const env = { PGSERVICEFILE: file, PGHOST: 'other', PGDATABASE: 'shop' }
    expect(addressOf('postgres://ann@/?service=shop', env)).toMatchObject({
      endpoints: [{ host: 'db', port: 5433 }],
      user: 'ann',
      database: 'shop',
    })
  })

  test('is found in the home folder, by PGSERVICE too', () => {
    const { home } = serviceFile('[shop]\r\nhost = db\r\n')
    const url = completeUrl('postgres:///shop', { HOME: home, PGSERVICE: 'shop' })
    expect(describeServer(url)).toBe('db:5432')
    expect(completeUrl(url, {})).toBe(url)
  })

  test('that no file defines is refused', () => {
    const { home, file } = serviceFile('[shop]\nhost=db\n')
    expect(() => completeUrl('postgres://?service=shoq', { HOME: home, PGSYSCONFDIR: '/nowhere' })).toThrow(
      `No service file defines the service "shoq" (looked in ${file}, /nowhere/pg_service.conf); add a section [shoq] to one, or correct the name.`,
    )
  })

  test('whose file is missing is refused', () => {
    expect(() => completeUrl('postgres://?service=shop&servicefile=/nowhere', {})).toThrow(
      'The service file /nowhere does not exist; correct PGSERVICEFILE, or servicefile in the URL.',
    )
  })

  test('with a line that cannot be read is refused with its place', () => {
    const { file } = serviceFile('[shop]\nhost db\n')
    expect(() => completeUrl('postgres://?service=shop', { PGSERVICEFILE: file })).toThrow(
      `${file}:2 is no line of a service file; write keyword=value, with a keyword such as host, port or dbname.`,
    )
  })
})

describe('an address', () => {
  test.each([
    ['postgres://a,b:5433/db', ['a:5432', 'b:5433']],
    ['postgres://a:1,b:2,[::1]:3/db', ['a:1', 'b:2', '[::1]:3']],
    ['postgres:///db?host=a,b&port=5433', ['a:5433', 'b:5433']],
    ['postgres://%2Fvar%2Frun/db', ['/var/run:5432']],
    ['postgresql:///db?host=/tmp/x&port=6432', ['/tmp/x:6432']],
    ['postgres:///db?hostaddr=10.0.0.1', ['10.0.0.1:5432']],
    ['postgres://name/db?hostaddr=10.0.0.1', ['name:5432']],
  ])('%s names %j', (url, servers) => {
    expect(describeServer(url)).toBe(servers.join(', '))
    expect(serverAddress(url).endpoints).toHaveLength(servers.length)
  })

  test('keeps every host when the database is another', () => {
    expect(withDatabase('postgres://joe:x@a,b:5433/shop?dbname=x&target_session_attrs=primary', 'y')).toBe(
      'postgres://joe:x@a,b:5433/y?target_session_attrs=primary',
    )
  })

  test('without a user is of the one who runs dbmig, and without a database of the user', () => {
    const { user, database } = serverAddress('postgres://db')
    expect(user).not.toBe('')
    expect(database).toBe(user)
  })

  test('says true where JDBC means require', () => {
    expect(serverAddress('postgres://db?ssl=true').tls.mode).toBe('require')
  })

  test('encrypts where it can unless told', () => {
    expect(serverAddress('postgres://db').tls.mode).toBe('prefer')
  })

  test('leaves parameters of other tools alone', () => {
    expect(serverAddress('postgres://db/shop?schema=public&pgbouncer=true').database).toBe('shop')
  })

  test.each([
    [
      'postgres://db?sslmode=on',
      'sslmode is one of disable, allow, prefer, require, verify-ca, verify-full, no-verify',
    ],
    ['postgres://db?sslmod=require', 'it has a parameter sslmod, which is perhaps meant to be sslmode'],
    ['postgres://db?sslmode', 'its parameter sslmode has no value'],
    [
      'postgres://db?target_session_attrs=master',
      'target_session_attrs is one of any, read-write, read-only, primary, standby, prefer-standby',
    ],
    ['postgres://db?connect_timeout=soon', 'connect_timeout is a whole number'],
    ['postgres://db:0/shop', 'a port is a number from 1 to 65535'],
    ['postgres://a,b/shop?port=1,2,3', 'it has 3 ports for 2 hosts'],
    ['postgres://a,b/shop?hostaddr=10.0.0.1', 'host and hostaddr name different numbers of hosts'],
    ['postgres://db?requirepeer=postgres', 'dbmig cannot do what requirepeer=postgres asks for'],
    [
      'postgres://db?sslnegotiation=direct&sslmode=prefer',
      'sslmode is one of require, verify-ca, verify-full, no-verify',
    ],
  ])('%s is refused', (url, why) => {
    expect(() => serverAddress(url)).toThrowError(
      expect.objectContaining({
        code: 'DATABASE_URL_INVALID',
        exitCode: 2,
        message: `The database URL ${url} cannot be read: ${why}.`,
      }),
    )
  })
})
