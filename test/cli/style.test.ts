import { expect, test } from 'vitest'
import { createStyle } from '../../src/cli/output/style.ts'

const terminal = { isTTY: true, columns: 80 }
const pipe = {}

const isColoured = async (...settings: Parameters<typeof createStyle>) =>
  (await createStyle(...settings)).red('x') !== 'x'

test.each([
  ['a terminal', terminal, {}, undefined, true],
  ['a pipe', pipe, {}, undefined, false],
  ['a dumb terminal', terminal, { TERM: 'dumb' }, undefined, false],
  ['a terminal with NO_COLOR', terminal, { NO_COLOR: '1' }, undefined, false],
  ['a terminal with an empty NO_COLOR', terminal, { NO_COLOR: '' }, undefined, true],
  ['a pipe with FORCE_COLOR', pipe, { FORCE_COLOR: '1' }, undefined, true],
  ['a terminal with FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, undefined, false],
  ['a pipe with both', pipe, { FORCE_COLOR: '1', NO_COLOR: '1' }, undefined, true],
  ['a pipe with --color', pipe, { NO_COLOR: '1' }, true, true],
  ['a terminal with --no-color', terminal, { FORCE_COLOR: '1' }, false, false],
] as const)('%s', async (_, stream, env, flag, coloured) => {
  expect(await isColoured(stream, env, flag)).toBe(coloured)
})

test('a terminal has a width, and a pipe has no limit', async () => {
  expect((await createStyle(terminal, {}, undefined)).width).toBe(80)
  expect((await createStyle(pipe, {}, undefined)).width).toBe(Number.POSITIVE_INFINITY)
})

test.each([
  ['a UTF-8 locale', { LANG: 'en_US.UTF-8' }, true],
  ['another spelling of it', { LC_CTYPE: 'C.utf8' }, true],
  ['the C locale', { LANG: 'C' }, false],
  ['no locale', {}, false],
  ['LC_ALL, which wins', { LC_ALL: 'C', LANG: 'en_US.UTF-8' }, false],
  ['Windows, which has none', { OS: 'Windows_NT' }, true],
  ['the console of Linux', { LANG: 'en_US.UTF-8', TERM: 'linux' }, false],
] as const)('whether lines can be drawn, by %s', async (_, env, expected) => {
  expect((await createStyle(terminal, env, false)).unicode).toBe(expected)
})

test('lanes have colours that differ, or none', async () => {
  const { palette } = await createStyle(terminal, {}, true)
  expect(new Set(palette.map((paint) => paint('x'))).size).toBe(palette.length)
  expect((await createStyle(terminal, {}, false)).palette.map((paint) => paint('x'))).toEqual(['x'])
})
