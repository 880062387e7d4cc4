/** The configuration's `types`. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { loadProject } from '../../src/config/project.ts'
import type { TypesConfig } from '../../src/config/types.ts'

const load = (types: unknown) =>
  loadProject({ cwd: '/work', env: {}, config: { types } as unknown as Config })

test('names a file relative to the configuration, and gives the plugin’s options', async () => {
  const overrides = {
    types: { numeric: 'number' },
    columns: { 'users.settings': { select: 'A', insert: 'string' } },
  }
  const types: TypesConfig = {
    output: 'src/db.ts',
    camelCase: { upperCase: true },
    partitions: true,
    overrides,
  }
  expect((await load(types)).types).toEqual({
    output: join('/work', 'src/db.ts'),
    camelCase: { upperCase: true },
    partitions: true,
    overrides,
  })
  expect((await load({ camelCase: true })).types).toEqual({
    output: undefined,
    camelCase: {},
    partitions: false,
    overrides: {},
  })
})

test.each([
  [
    'src/db.ts',
    "`types` is 'src/db.ts', but must be an object { output, camelCase, partitions, overrides }.",
  ],
  [{ output: '' }, '`types.output` is an empty text, but must be a file, such as src/db.ts.'],
  [{ ouput: 'x' }, 'unknown key `types.ouput`. Did you mean `output`?'],
  [
    { camelCase: 'yes' },
    "`types.camelCase` is 'yes', but must be true, false, or the options of CamelCasePlugin.",
  ],
  [
    { camelCase: { underscoreBeforeDigit: true } },
    'unknown key `types.camelCase.underscoreBeforeDigit`. Did you mean `underscoreBeforeDigits`?',
  ],
  [{ partitions: 1 }, '`types.partitions` is number 1, but must be true or false.'],
  [
    { overrides: ['x'] },
    "`types.overrides` is ['x'], but must be an object such as { types: { numeric: 'number' }, columns: { 'users.settings': 'Settings' } }.",
  ],
  [{ overrides: { type: {} } }, 'unknown key `types.overrides.type`. Did you mean `types`?'],
  [
    { overrides: { types: 'number' } },
    "`types.overrides.types` is 'number', but must be an object such as { numeric: 'number' }.",
  ],
  [
    { overrides: { types: { numeric: 5 } } },
    "`types.overrides.types['numeric']` is number 5, but must be TypeScript as a text, or { select, insert, update } of such.",
  ],
  [
    { overrides: { columns: { 'a.b': { insert: 'x' } } } },
    "`types.overrides.columns['a.b'].select` is undefined, but must be TypeScript as a text.",
  ],
  [
    { overrides: { columns: { 'a.b': { select: 'x', insert: [] } } } },
    "`types.overrides.columns['a.b'].insert` is an empty list, but must be TypeScript as a text.",
  ],
])('says what is wrong: %o', async (types, message) => {
  await expect(load(types)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining(message),
  })
})
