import { chmodSync, chownSync, copyFileSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa, execaSync } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import { type Cluster, startEmbedded } from '../support/embedded.ts'

const hasOpenssl = execaSync('openssl', ['version'], { reject: false }).exitCode === 0

/** A server whose certificate is for `localhost`, signed by an authority of its own. */
describe.skipIf(!hasOpenssl)('a server with TLS (needs the program openssl)', () => {
  let folder = ''
  let cluster: Cluster

  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'dbmig-tls-')))
    await certify(folder)
    writeFileSync(join(folder, 'hba.conf'), 'host all all all scram-sha-256\n')
    const key = join(folder, 'server.key')
    copyFileSync(join(folder, 'localhost.key'), key)
    chmodSync(key, 0o600)
    chmodSync(folder, 0o755)
    if (process.getuid?.() === 0) chownSync(key, Number((await execa('id', ['-u', 'postgres'])).stdout), 0)
    cluster = await startEmbedded({
      settings: {
        ssl: 'on',
        hba_file: join(folder, 'hba.conf'),
        ssl_cert_file: join(folder, 'localhost.crt'),
        ssl_key_file: key,
        ssl_ca_file: join(folder, 'ca.crt'),
      },
    })
  })
  afterAll(async () => {
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** How the connection is made, or why not. */
  async function tls(parameters: string, host = 'localhost'): Promise<string> {
    const url = cluster.url.replace('127.0.0.1', host)
    try {
      const session = await openSession(`${url}?${parameters}`)
      const [row] = await session.query<{ ssl: boolean; client: string | null }>(
        'select ssl, client_dn as client from pg_stat_ssl where pid = pg_backend_pid()',
      )
      await session.close()
      return `${row?.ssl ? 'encrypted' : 'plain'}${row?.client ? ` as ${row.client}` : ''}`
    } catch (error) {
      return String(error).replace(/:\d{4,5}\b/, ':PORT')
    }
  }
  const root = () => `sslrootcert=${join(folder, 'ca.crt')}`

  test.each([
    ['', 'encrypted'],
    ['sslmode=prefer', 'encrypted'],
    ['sslmode=allow', 'plain'],
    ['sslmode=disable', 'plain'],
    ['sslmode=require', 'encrypted'],
    ['sslmode=no-verify', 'encrypted'],
    ['ssl=true', 'encrypted'],
    ['sslmode=require&require_auth=scram-sha-256', 'encrypted'],
    ['sslmode=require&channel_binding=require', 'encrypted'],
  ])('with %s is connected to: %s', async (parameters, expected) => {
    expect(await tls(parameters)).toBe(expected)
  })

  test.each(['require', 'verify-ca', 'verify-full'])(
    'sslmode=%s trusts the authority that is named',
    async (mode) => {
      expect(await tls(`sslmode=${mode}&${root()}`)).toBe('encrypted')
    },
  )

  test('verify-full wants the name, and verify-ca does not', async () => {
    expect(await tls(`sslmode=verify-ca&${root()}`, '127.0.0.1')).toBe('encrypted')
    expect(await tls(`sslmode=verify-full&${root()}`, '127.0.0.1')).toMatch(
      /^DbmigError: The certificate of 127\.0\.0\.1:PORT is for another host \(.*\); correct the host in the URL\.$/,
    )
  })

  test('the name may be another than the address that is connected to', async () => {
    const address = 'hostaddr=127.0.0.1'
    expect(await tls(`sslmode=verify-full&${root()}&${address}`)).toBe('encrypted')
    expect(await tls(`sslmode=verify-full&${root()}&${address}`, 'db.example')).toContain(
      'is for another host',
    )
  })

  test('a certificate of nobody that is trusted is refused', async () => {
    expect(await tls('sslmode=verify-full')).toMatch(
      /^DbmigError: The certificate of localhost:PORT is not trusted \(.*\); give the certificate of its authority with sslrootcert=FILE in the URL\.$/,
    )
    expect(await tls(`sslmode=require&sslrootcert=${join(folder, 'other.crt')}`)).toContain('is not trusted')
  })

  test('verify-ca without an authority is refused', async () => {
    expect(await tls('sslmode=verify-ca')).toBe(
      'DbmigError: sslmode=verify-ca needs the certificate of an authority of your own: give sslrootcert=FILE in the URL, put it into ~/.postgresql/root.crt, or use sslmode=verify-full.',
    )
  })

  test("the client's certificate is sent", async () => {
    const [cert, key] = ['me.crt', 'me.key'].map((file) => join(folder, file))
    chmodSync(String(key), 0o600)
    expect(await tls(`sslmode=require&sslcert=${cert}&sslkey=${key}`)).toBe('encrypted as /CN=me')
  })

  test.skipIf(process.platform === 'win32')('a private key that others may read is not used', async () => {
    const key = join(folder, 'open.key')
    writeFileSync(key, 'no key')
    chmodSync(key, 0o644)
    expect(await tls(`sslmode=require&sslkey=${key}&sslcert=${join(folder, 'me.crt')}`)).toBe(
      `DbmigError: The private key ${key} can be read by others, and is not used; run chmod 600 ${key}.`,
    )
  })

  test('a socket of the machine needs no TLS, and a server of a version too low is refused', async () => {
    expect(await tls('sslmode=require&ssl_max_protocol_version=TLSv1')).toContain(
      'No SSL connection to localhost:PORT',
    )
  })

  test('a statement is cancelled over TLS too', async () => {
    const session = await openSession(`${cluster.url}?sslmode=require`)
    const other = await openSession(cluster.url)
    const cancelled = expect(session.query('select pg_sleep(60)')).rejects.toMatchObject({ code: '57014' })
    await expect
      .poll(() =>
        other.query("select from pg_stat_activity where pid = $1 and state = 'active'", [session.pid]),
      )
      .toHaveLength(1)
    await session.cancel()
    await cancelled
    await Promise.all([session.close(), other.close()])
  })

  test('a server that asks for a password is told apart where there is none', async () => {
    const url = cluster.url.replace(/:[^:@]*@/, '@')
    await expect(openSession(url)).rejects.toMatchObject({
      code: 'DATABASE_PASSWORD',
      message: expect.stringContaining('and there is none; add it to the URL or to a password file'),
    })
  })

  test('a server that asks for another authentication than it must gets no password', async () => {
    expect(await tls('require_auth=md5,password')).toContain(
      'the server asks for the authentication scram-sha-256, which require_auth forbids',
    )
    expect(await tls('sslmode=disable&channel_binding=require')).toContain(
      'the server offers no channel binding, which channel_binding requires',
    )
  })
})

async function certify(folder: string): Promise<void> {
  const openssl = (...args: string[]) => execa('openssl', args, { cwd: folder })
  const request = ['req', '-newkey', 'rsa:2048', '-nodes']
  for (const name of ['ca', 'other'])
    await openssl(
      ...request,
      '-x509',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
      '-subj',
      `/CN=${name}`,
    )
  for (const name of ['localhost', 'me']) {
    await openssl(...request, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    writeFileSync(join(folder, `${name}.ext`), `subjectAltName=DNS:${name}\n`)
    const by = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial']
    await openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...by,
      '-out',
      `${name}.crt`,
      '-extfile',
      `${name}.ext`,
    )
  }
}
