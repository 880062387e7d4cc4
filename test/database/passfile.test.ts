import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import { passwordFromFile } from '../../src/database/passfile.ts'
import { useFolder } from '../support/folder.ts'

const wanted = { host: 'db', port: 5432, database: 'shop', user: 'joe' }

function passfile(text: string, mode = 0o600): string {
  const file = join(useFolder(), '.pgpass')
  writeFileSync(file, text)
  chmodSync(file, mode)
  return file
}

test.each([
  ['db:5432:shop:joe:hush', 'hush'],
  ['other:5432:shop:joe:no\ndb:*:*:joe:hush', 'hush'],
  ['# a comment\n*:*:*:*:hush\n*:*:*:*:later', 'hush'],
  ['db:5432:shop:joe:h\\:u\\\\sh', 'h:u\\sh'],
  ['db:5432:shop:joe:h:ush', 'h:ush'],
  ['db:5433:shop:joe:no', null],
  ['db:5432:shop', null],
  ['', null],
])('of %j the password is %j', async (text, password) => {
  expect(await passwordFromFile(passfile(text), wanted)).toEqual({ password, problem: null })
})

test('a socket is localhost in a password file, or the name of its folder', async () => {
  const socket = { ...wanted, host: '/run/pg' }
  expect(await passwordFromFile(passfile('localhost:*:*:*:hush'), socket)).toMatchObject({ password: 'hush' })
  expect(await passwordFromFile(passfile('/run/pg:*:*:*:hush'), socket)).toMatchObject({ password: 'hush' })
})

test.skipIf(process.platform === 'win32')(
  'a file that others may read is not read, and that is told',
  async () => {
    const file = passfile('*:*:*:*:hush', 0o640)
    const url = new URL(inject('serverUrl'))
    url.password = ''
    url.searchParams.set('passfile', file)
    await expect(openSession(url.href)).rejects.toMatchObject({
      code: 'DATABASE_PASSWORD',
      message: `The server ${url.host} asks for the password of role "postgres", and there is none. The password file ${file} was not read, since others may read it; run chmod 600 ${file}.`,
    })
  },
)

test('a server is let in with the password of the file', async () => {
  const { host, password, href } = new URL(inject('serverUrl'))
  const file = passfile(`${host}:*:postgres:${password}`)
  const session = await openSession(`${href.replace(`:${password}@`, '@')}?passfile=${file}`)
  await session.close()
})
