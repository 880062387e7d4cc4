import { createServer } from 'node:net'
import { expect, inject, onTestFinished, test } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import type { ConnectingEvent } from '../../src/database/wait.ts'
import { useTestDatabase, useTestRole } from '../support/database.ts'
import { freePort, startEmbedded } from '../support/embedded.ts'

function listen() {
  const events: ConnectingEvent[] = []
  return { events, onEvent: (event: ConnectingEvent) => void events.push(event) }
}

test('a server that comes up meanwhile is connected to, and the wait is told once', async () => {
  const port = await freePort()
  const { events, onEvent } = listen()
  const opening = openSession(`postgres://postgres:secret-of-the-tests@127.0.0.1:${port}/postgres`, {
    waiting: { limitMs: 60_000, onEvent },
  })
  await expect.poll(() => events).toHaveLength(1)
  const cluster = await startEmbedded({ port })
  onTestFinished(() => cluster.stop())
  await (await opening).close()
  expect(events).toEqual([
    {
      type: 'connecting',
      reason: `No server listens on 127.0.0.1:${port}; start PostgreSQL there, or correct the URL.`,
      limitMs: 60_000,
    },
  ])
})

test('a role with no connection left waits for one', async () => {
  const database = await useTestDatabase()
  const role = await useTestRole(database, 'connection limit 1')
  const first = await openSession(role.url)
  const { events, onEvent } = listen()
  const second = openSession(role.url, { waiting: { limitMs: 60_000, onEvent } })
  await expect.poll(() => events).toHaveLength(1)
  await first.close()
  await (await second).close()
})

test('when the time is over, the last error is the error', async () => {
  await expect(
    openSession('postgres://joe@127.0.0.1:1/shop', { waiting: { limitMs: 300 } }),
  ).rejects.toMatchObject({
    code: 'DATABASE_UNREACHABLE',
    message: 'No server listens on 127.0.0.1:1; start PostgreSQL there, or correct the URL.',
  })
})

test('what does not pass by itself is not waited for', async () => {
  const { events, onEvent } = listen()
  const waiting = { limitMs: 60_000, onEvent }
  const url = new URL(inject('serverUrl'))
  url.pathname = '/nix'
  await expect(openSession(url.href, { waiting })).rejects.toMatchObject({ code: 'DATABASE_MISSING' })
  url.password = 'hush-hush'
  await expect(openSession(url.href, { waiting })).rejects.toMatchObject({ code: 'DATABASE_PASSWORD' })
  expect(events).toEqual([])
})

test('an abort ends the wait', async () => {
  const controller = new AbortController()
  const opening = openSession('postgres://joe@127.0.0.1:1/shop', {
    signal: controller.signal,
    waiting: { limitMs: 60_000, onEvent: () => controller.abort() },
  })
  await expect(opening).rejects.toMatchObject({ code: 'DATABASE_INTERRUPTED' })
})

test('a server that hangs up before the connection is made is waited for', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  await expect(openSession(`postgres://joe@127.0.0.1:${port}/shop`)).rejects.toMatchObject({
    code: 'DATABASE_UNREACHABLE',
    message: `The server 127.0.0.1:${port} ended the connection before it was made; look in its log, and try again later.`,
  })
})
