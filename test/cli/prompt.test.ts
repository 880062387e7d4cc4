/** The question on a terminal: no answer is taken for granted. */
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createStyle } from '../../src/cli/output/style.ts'
import { askRename, type Terminal } from '../../src/cli/prompt.ts'
import type { RenameQuestion } from '../../src/index.ts'

const candidate = (name: string) => ({
  name: `users.${name}`,
  identity: `column:public.users.${name}`,
  request: `users.name=${name}`,
})

function questionOf(...names: readonly string[]): RenameQuestion {
  return {
    kind: 'column',
    from: 'users.name',
    identity: 'column:public.users.name',
    candidates: names.map(candidate),
    separate: 'users.name',
  }
}

/** A terminal on which somebody types these lines, one after each prompt; null ends the input. */
async function useTerminal(...lines: readonly (string | null)[]) {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const typed = [...lines]
  let shown = ''
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString()
    if (!shown.endsWith('): ')) return
    const line = typed.shift()
    if (line === null) input.end()
    else if (line !== undefined) input.write(`${line}\n`)
  })
  const controller = new AbortController()
  const terminal: Terminal = {
    ...{ input, output, signal: controller.signal, begin: () => {}, interrupt: () => controller.abort() },
    style: await createStyle({}, {}, false),
  }
  return { terminal, controller, shown: () => shown }
}

test('yes is the one candidate, in a word or a letter', async () => {
  for (const line of ['y', 'YES', ' yes ']) {
    const { terminal } = await useTerminal(line)
    expect(await askRename(questionOf('full_name'), terminal)).toBe('column:public.users.full_name')
  }
})

test('no is none of them', async () => {
  const { terminal, shown } = await useTerminal('n')
  expect(await askRename(questionOf('full_name'), terminal)).toBeNull()
  expect(shown()).toBe(
    [
      'Was the column users.name renamed to users.full_name?',
      '  y  yes: it keeps what it has',
      '  n  no: they are separate, and users.name is no longer wanted',
      'Answer (y, n): ',
    ].join('\n'),
  )
})

test('several candidates have numbers', async () => {
  const { terminal, shown } = await useTerminal('2')
  expect(await askRename(questionOf('first', 'last'), terminal)).toBe('column:public.users.last')
  expect(shown()).toContain('  1  yes, to users.first\n  2  yes, to users.last\n')
})

test('ENTER and anything else put the question again', async () => {
  const { terminal, shown } = await useTerminal('', 'what?', '3', 'y', '1')
  expect(await askRename(questionOf('first', 'last'), terminal)).toBe('column:public.users.first')
  expect(shown().match(/Answer/g)).toHaveLength(5)
})

test('the end of the input is no answer', async () => {
  const { terminal } = await useTerminal(null)
  expect(await askRename(questionOf('full_name'), terminal)).toBeUndefined()
})

test('an abort ends the question', async () => {
  const { terminal, controller } = await useTerminal('')
  setTimeout(() => controller.abort(), 50)
  await expect(askRename(questionOf('first'), terminal)).rejects.toMatchObject({ name: 'AbortError' })
})
