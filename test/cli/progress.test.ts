import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createProgress } from '../../src/cli/output/progress.ts'
import { createStyle } from '../../src/cli/output/style.ts'
import type { CommandEvent } from '../../src/index.ts'
import { revisionOf } from '../support/graphs.ts'

const start: CommandEvent = {
  type: 'start',
  revision: revisionOf('aaa1'),
  direction: 'up',
  index: 1,
  total: 2,
}
const line = 'up aaa1 (1 of 2) message of aaa1'

async function record(stream: { isTTY?: boolean; columns?: number }) {
  const written: string[] = []
  const output = { ...stream, write: (text: string) => written.push(text) }
  return { written, progress: createProgress(output, await createStyle(stream, {}, false)) }
}

test('a terminal is told nothing of what takes less than half a second', async () => {
  const { written, progress } = await record({ isTTY: true })
  progress.event(start)
  progress.end()
  expect(written).toEqual([])
})

test('a terminal shows one line after half a second, changes it, and clears it at the end', async () => {
  const { written, progress } = await record({ isTTY: true })
  progress.event({ type: 'progress', message: 'reading' })
  await sleep(600)
  progress.event(start)
  progress.end()
  progress.event(start)
  expect(written).toEqual(['\r\u001b[2Kreading', `\r\u001b[2K${line}`, '\r\u001b[2K'])
})

test('the line fits the terminal', async () => {
  const { written, progress } = await record({ isTTY: true, columns: 12 })
  progress.event({ type: 'progress', message: 'reading the schema' })
  await sleep(600)
  expect(written).toEqual(['\r\u001b[2Kreading th…'])
})

test('a log has one line per revision, at once, and no other progress', async () => {
  const { written, progress } = await record({})
  progress.event({ type: 'progress', message: 'reading' })
  progress.event(start)
  progress.end()
  expect(written).toEqual([`${line}\n`])
})

test('a log says for whom a run waits', async () => {
  const { written, progress } = await record({})
  const holder = { pid: 42, application: 'dbmig', user: 'me', host: null, since: null }
  progress.event({ type: 'waiting', holder, limitMs: 1000 })
  expect(written).toEqual(['waiting for another run (process 42) to finish\n'])
})
