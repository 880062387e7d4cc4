/** The command `rebase` as a function, on real files and a real database. */
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { current, history, rebase, upgrade } from '../../../src/index.ts'
import { revisionText, tables, useProject } from '../../support/cli.ts'
import { useTestDatabase } from '../../support/database.ts'

/** `m1` and `f1`, `f2` on `a0`, by the names that dbmig gives. */
const fork = {
  'migrations/202601010000_a0_a.ts': revisionText({ revision: 'a0' }),
  'migrations/202601020000_m1_m.ts': revisionText({ revision: 'm1', down: 'a0' }),
  'migrations/202601010100_f1_f.ts': revisionText({ revision: 'f1', down: 'a0' }),
  'migrations/202601010200_f2_f.ts': revisionText({ revision: 'f2', down: 'f1' }),
}

const offline = { config: {}, offline: true } as const

/** All files of the migrations folder with their texts. */
function filesIn(cwd: string): Record<string, string> {
  const folder = join(cwd, 'migrations')
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  )
}

const line = async (cwd: string) =>
  (await history({ cwd, config: {} })).entries.map(({ revision }) => revision).join(' ')

test('two pull requests on one parent become a line: the branch that is not applied gets another parent and later names', async () => {
  const { url } = await useTestDatabase()
  const cwd = useProject(fork)
  const before = filesIn(cwd)
  await upgrade({ cwd, config: { url }, target: 'm1' })
  const { onto, moved, heads, dryRun } = await rebase({ cwd, config: { url } })
  expect({ onto, heads, dryRun }).toEqual({ onto: 'm1', heads: ['f2'], dryRun: false })
  expect(moved).toEqual([
    {
      revision: 'f1',
      downRevision: ['m1'],
      message: 'message of f1',
      path: expect.stringMatching(/\/migrations\/20\d{10}_f1_f\.ts$/),
      previousPath: join(cwd, 'migrations/202601010100_f1_f.ts'),
    },
    {
      revision: 'f2',
      downRevision: ['f1'],
      message: 'message of f2',
      path: expect.stringMatching(/\/migrations\/20\d{10}_f2_f\.ts$/),
      previousPath: join(cwd, 'migrations/202601010200_f2_f.ts'),
    },
  ])
  const after = filesIn(cwd)
  expect(Object.keys(after).map((name) => name.split('_')[1])).toEqual(['a0', 'm1', 'f1', 'f2'])
  expect(after[basename(moved[0]?.path ?? '')]).toBe(
    before['202601010100_f1_f.ts']?.replace('downRevision = "a0"', 'downRevision = "m1"'),
  )
  expect(after[basename(moved[1]?.path ?? '')]).toBe(before['202601010200_f2_f.ts'])
  expect(await line(cwd)).toBe('f2 f1 m1 a0')
  await upgrade({ cwd, config: { url }, target: 'head' })
  expect(await current({ cwd, config: { url } })).toMatchObject({ heads: ['f2'], pending: 0 })
  expect(await rebase({ cwd, config: { url } })).toMatchObject({ onto: null, moved: [], heads: ['f2'] })
})

test('a dry run gives the same and writes nothing', async () => {
  const cwd = useProject(fork)
  const before = filesIn(cwd)
  const planned = await rebase({ cwd, ...offline, revision: 'f2', dryRun: true })
  expect(planned).toMatchObject({ onto: 'm1', moved: [{ revision: 'f1' }, { revision: 'f2' }], dryRun: true })
  expect(filesIn(cwd)).toEqual(before)
})

test('names without a date stay', async () => {
  const cwd = useProject({ ...tables('a0', 'm1'), ...tables('a0', 'f1') })
  const { moved } = await rebase({ cwd, ...offline, revision: 'f1' })
  expect(moved).toMatchObject([{ path: moved[0]?.previousPath }])
  expect(await line(cwd)).toBe('f1 m1 a0')
})

test('a file keeps its permissions, its line ends, and the link that leads to it', async () => {
  const text = revisionText({ revision: 'f1', down: 'a0' }).replaceAll('\n', '\r\n')
  const cwd = useProject({ ...tables('a0', 'm1'), 'elsewhere/real.ts': text })
  const real = join(cwd, 'elsewhere/real.ts')
  chmodSync(real, 0o640)
  symlinkSync(real, join(cwd, 'migrations/f1.ts'))
  await rebase({ cwd, ...offline, revision: 'f1' })
  expect(readFileSync(real, 'utf8')).toBe(text.replace('downRevision = "a0"', 'downRevision = "m1"'))
  expect(statSync(real).mode & 0o777).toBe(0o640)
  expect(readFileSync(join(cwd, 'migrations/f1.ts'), 'utf8')).toBe(readFileSync(real, 'utf8'))
  expect(readdirSync(join(cwd, 'elsewhere'))).toEqual(['real.ts'])
})

test('what began outside a transaction and did not end counts as applied', async () => {
  const { url, query } = await useTestDatabase()
  const cwd = useProject(fork)
  await upgrade({ cwd, config: { url }, target: 'f1' })
  await query(`update dbmig_version set status = 'failed' where revision = 'f1'`)
  await expect(rebase({ cwd, config: { url }, revision: 'f2' })).rejects.toMatchObject({
    code: 'GRAPH_REBASE_APPLIED',
    message: expect.stringContaining('The database has applied f1, and'),
  })
})

test('another database can be asked by its URL', async () => {
  const [mine, production] = [await useTestDatabase(), await useTestDatabase()]
  const cwd = useProject(fork)
  await upgrade({ cwd, config: {}, url: production.url, target: 'f1' })
  const asking = { cwd, config: { url: mine.url }, revision: 'f2', dryRun: true }
  expect((await rebase(asking)).moved).toHaveLength(2)
  await expect(rebase({ ...asking, url: production.url })).rejects.toThrow('The database has applied f1, and')
})

test('a database without a ledger has applied nothing, and none is made in it', async () => {
  const { url, query } = await useTestDatabase()
  const cwd = useProject(fork)
  await rebase({ cwd, config: { url }, revision: 'f2' })
  expect(await query(`select 1 from pg_class where relname like 'dbmig%'`)).toEqual([])
})

test('a revision in place of squashed ones of which some are applied does not move', async () => {
  const { url } = await useTestDatabase()
  await upgrade({ cwd: useProject(fork), config: { url }, target: 'f1' })
  const more = `export const replaces = ['f1']`
  const cwd = useProject({
    ...tables('a0', 'm1'),
    'migrations/f2.ts': revisionText({ revision: 'f2', down: 'a0', more }),
  })
  await expect(rebase({ cwd, config: { url }, revision: 'f2' })).rejects.toThrow('has applied f2, and')
})

test('without a URL it must be said that nothing of the branch is applied', async () => {
  const cwd = useProject(fork)
  await expect(rebase({ cwd, config: {}, revision: 'f2' })).rejects.toMatchObject({
    code: 'AUTHORING_REBASE_NO_URL',
    exitCode: 2,
    message:
      'Applied revisions must not be moved, and no URL is configured to ask which those are. Configure one or add --url; add --offline if no database that counts has applied the branch.',
  })
  await expect(rebase({ cwd, ...offline, revision: 'current' })).rejects.toThrow(
    '"current" starts at what is applied',
  )
})

test('with one head there is nothing to do, and no database is needed to see that', async () => {
  const cwd = useProject(tables('a0', 'b1'))
  expect(await rebase({ cwd, config: {} })).toMatchObject({ onto: null, moved: [], heads: ['b1'] })
})

test('a header that is computed is left to a person, and nothing is changed', async () => {
  const computed = revisionText({ revision: 'f1', down: 'a0' }).replace('"a0"', `['a', '0'].join('')`)
  const cwd = useProject({ ...fork, 'migrations/202601010100_f1_f.ts': computed })
  const before = filesIn(cwd)
  const path = join(cwd, 'migrations/202601010100_f1_f.ts')
  await expect(rebase({ cwd, ...offline, revision: 'f2' })).rejects.toMatchObject({
    code: 'AUTHORING_HEADER_COMPUTED',
    message: `${path} does not declare its header in plain literals, so dbmig cannot edit it, and has changed nothing. Set downRevision = 'm1' there by hand, then run "dbmig rebase" again if more is to move.`,
  })
  expect(filesIn(cwd)).toEqual(before)
})

test('a file that is not UTF-8 is left to a person', async () => {
  const cwd = useProject(fork)
  const path = join(cwd, 'migrations/202601010100_f1_f.ts')
  writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from('// \xe9\n', 'latin1')]))
  await expect(rebase({ cwd, ...offline, revision: 'f2' })).rejects.toMatchObject({
    code: 'AUTHORING_HEADER_COMPUTED',
  })
})

test('a name that is taken is refused before anything is written', async () => {
  const cwd = useProject({
    ...tables('a0', 'm1'),
    'migrations/20000101_x.ts': revisionText({ revision: 'f1', down: 'a0' }),
    'migrations/20000102_y.ts': revisionText({ revision: 'f2', down: 'f1' }),
  })
  const [, second] = (await rebase({ cwd, ...offline, revision: 'f2', dryRun: true })).moved
  writeFileSync(second?.path ?? '', revisionText({ revision: 'other' }))
  const before = filesIn(cwd)
  await expect(rebase({ cwd, ...offline, revision: 'f2' })).rejects.toMatchObject({
    code: 'AUTHORING_FILE_EXISTS',
    message: `${second?.previousPath} would become ${second?.path}, which exists already; nothing was changed. Move that file away, then run "dbmig rebase" again.`,
  })
  expect(filesIn(cwd)).toEqual(before)
})
