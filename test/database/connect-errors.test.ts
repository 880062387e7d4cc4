import { createServer } from 'node:net'
import { expect, inject, onTestFinished, test } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import { withDatabase } from '../../src/database/uri.ts'
import type { DbmigError } from '../../src/errors.ts'
import { useTestDatabase } from '../support/database.ts'

const serverUrl = inject('serverUrl')
const { host } = new URL(serverUrl)

async function failureOf(url: string, signal?: AbortSignal): Promise<DbmigError> {
  const opened = await openSession(url, { signal }).catch((error: DbmigError) => error)
  if (opened instanceof Error) return opened
  await opened.close()
  throw new Error('The connection was made.')
}

test('nothing listens', async () => {
  const error = await failureOf('postgres://joe:hush@127.0.0.1:1/shop')
  expect(error).toMatchObject({
    code: 'DATABASE_UNREACHABLE',
    exitCode: 1,
    message: 'No server listens on 127.0.0.1:1; start PostgreSQL there, or correct the URL.',
  })
})

test('the host does not exist', async () => {
  const error = await failureOf('postgres://joe:hush@nowhere.invalid/shop')
  expect(error).toMatchObject({
    code: 'DATABASE_UNREACHABLE',
    message: 'The host of nowhere.invalid:5432 cannot be found; correct the host name in the URL.',
  })
})

test('the server does not answer', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void silent.close())
  await new Promise((resolve) => silent.once('listening', resolve))
  const address = silent.address()
  const port = typeof address === 'object' ? address?.port : 0
  const error = await failureOf(`postgres://joe:hush@127.0.0.1:${port}/shop?connect_timeout=1`)
  expect(error).toMatchObject({
    code: 'DATABASE_UNREACHABLE',
    message: `No answer from 127.0.0.1:${port}; check the address, the network and its firewalls.`,
  })
})

test('an aborted signal ends the wait for a server that does not answer', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void silent.close())
  await new Promise((resolve) => silent.once('listening', resolve))
  const address = silent.address()
  const port = typeof address === 'object' ? address?.port : 0
  const error = await failureOf(`postgres://joe@127.0.0.1:${port}/shop`, AbortSignal.timeout(100))
  expect(error).toMatchObject({
    code: 'DATABASE_INTERRUPTED',
    message: `Interrupted while connecting to database "shop" on 127.0.0.1:${port}.`,
  })
})

test('the password is wrong', async () => {
  const url = new URL(serverUrl)
  url.password = 'hush-hush'
  const error = await failureOf(url.href)
  expect(error).toMatchObject({
    code: 'DATABASE_PASSWORD',
    exitCode: 1,
    message: `The server ${host} refuses the password of role "postgres"; correct it in the URL.`,
  })
  expect(JSON.stringify([error.message, String(error.cause), error.stack])).not.toContain('hush')
})

test('the password is missing', async () => {
  const url = new URL(serverUrl)
  url.password = ''
  expect(await failureOf(url.href)).toMatchObject({
    code: 'DATABASE_PASSWORD',
    message: `The server ${host} asks for the password of role "postgres", and there is none; add it to the URL or to a password file, or set PGPASSWORD.`,
  })
})

test('a certificate file is missing', async () => {
  expect(await failureOf(`${serverUrl}?sslmode=verify-full&sslrootcert=/nowhere/ca.pem`)).toMatchObject({
    code: 'DATABASE_SSL',
    message:
      "The certificate file /nowhere/ca.pem cannot be read: ENOENT: no such file or directory, open '/nowhere/ca.pem'; correct the path (sslcert, sslkey, sslrootcert, sslcrl).",
  })
})

test('the socket does not exist', async () => {
  expect(await failureOf('postgres:///shop?host=/nowhere')).toMatchObject({
    code: 'DATABASE_UNREACHABLE',
    message: 'No server listens on the socket of /nowhere:5432; start PostgreSQL, or correct the URL.',
  })
})

test('the database does not exist', async () => {
  const error = await failureOf(withDatabase(serverUrl, 'nix'))
  expect(error).toMatchObject({
    code: 'DATABASE_MISSING',
    message: `There is no database "nix" on ${host}; create it, or correct the URL.`,
  })
})

test('the role may not connect to the database', async () => {
  const database = await useTestDatabase()
  const role = `${database.name}_outsider`
  await database.query(
    `create role ${role} login password 'hush'; revoke connect on database ${database.name} from public`,
  )
  onTestFinished(async () => void (await database.query(`drop role ${role}`)))
  const error = await failureOf(database.urlAs(role, 'hush'))
  expect(error).toMatchObject({
    code: 'DATABASE_NO_CONNECT',
    message: `Role "${role}" may not connect to database "${database.name}" on ${host}; grant it CONNECT on that database.`,
  })
})

test('the role has no connection left', async () => {
  const database = await useTestDatabase()
  const role = `${database.name}_full`
  await database.query(`create role ${role} login password 'hush' connection limit 0`)
  onTestFinished(async () => void (await database.query(`drop role ${role}`)))
  const error = await failureOf(database.urlAs(role, 'hush'))
  expect(error.code).toBe('DATABASE_TOO_MANY_CONNECTIONS')
  expect(error.message).toBe(
    `The server ${host} has no free connection for role "${role}" (too many connections for role "${role}"); try again later, or raise the limit.`,
  )
})

test('the role may not log in', async () => {
  const database = await useTestDatabase()
  const role = `${database.name}_group`
  await database.query(`create role ${role} password 'hush'`)
  onTestFinished(async () => void (await database.query(`drop role ${role}`)))
  const error = await failureOf(database.urlAs(role, 'hush'))
  expect(error).toMatchObject({
    code: 'DATABASE_ROLE',
    message: `The server ${host} does not let role "${role}" in (role "${role}" is not permitted to log in); check the role and the server's pg_hba.conf.`,
  })
})

test('the server has no SSL', async () => {
  const error = await failureOf(`${serverUrl}?sslmode=no-verify`)
  expect(error).toMatchObject({
    code: 'DATABASE_SSL',
    message: `No SSL connection to ${host} (The server does not support SSL connections); change sslmode in the URL.`,
  })
})
