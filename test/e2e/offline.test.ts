import { describe, expect, test } from 'vitest'
import { configFor, dbmig, tables, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'
import { runScript } from '../support/psql.ts'

const withoutUrl = { 'dbmig.config.mjs': 'export default {}\n' }

test('upgrade --sql prints one script and nothing else, needs no database, and psql runs it', async () => {
  const cwd = useProject({ ...withoutUrl, ...tables('a1', 'b2') })
  const { exitCode, stdout, stderr } = await dbmig(['upgrade', 'head', '--sql'], { cwd })
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toMatch(/^-- dbmig upgrade from base to b2: 2 revisions\.\n/)
  const database = await useTestDatabase()
  expect(await runScript(database.url, stdout)).toMatchObject({ exitCode: 0 })

  const { stdout: current } = await dbmig(['current', '--url', database.url], { cwd })
  expect(current).toContain('b2')
  const { stdout: down } = await dbmig(['downgrade', 'b2:a1', '--sql'], { cwd })
  expect(await runScript(database.url, down)).toMatchObject({ exitCode: 0 })
  expect(await database.query(`select to_regclass('t_b2') as t`)).toEqual([{ t: null }])
  const { stdout: stamped } = await dbmig(['stamp', 'a1:b2', '--sql'], { cwd })
  expect(await runScript(database.url, stamped)).toMatchObject({ exitCode: 0 })
  expect(await database.query('select revision from dbmig_version order by 1')).toEqual([
    { revision: 'a1' },
    { revision: 'b2' },
  ])
})

test('--json gives the script with its steps and the heads after it', async () => {
  const cwd = useProject({ ...withoutUrl, ...tables('a1', 'b2') })
  const { stdout } = await dbmig(['--json', 'downgrade', 'b2:base', '--sql'], { cwd })
  const { script, steps, heads } = JSON.parse(stdout)
  expect(script).toMatch(/^-- dbmig downgrade from b2 to base: 2 revisions\./)
  expect(
    steps.map((step: { revision: string; direction: string }) => [step.revision, step.direction]),
  ).toEqual([
    ['b2', 'down'],
    ['a1', 'down'],
  ])
  expect(heads).toEqual([])
})

describe('what is refused leaves stdout empty', () => {
  test.each([
    [['downgrade', 'base', '--sql'], 2, 'error: A downgrade with --sql must be told where it starts'],
    [['stamp', '--purge', 'base', '--sql'], 2, 'error: stamp --purge forgets whatever a ledger holds'],
    [['stamp', 'a1', 'b2', '--sql'], 2, 'error: stamp with --sql takes one target or one range FROM:TO'],
    [['upgrade', 'current:head', '--sql'], 2, 'error: No database is configured'],
    [['upgrade', 'r3', '--sql'], 1, 'error: Revision r3 ('],
  ])('dbmig %s', async (args, code, message) => {
    const cwd = useProject({
      ...withoutUrl,
      ...tables('a1', 'b2'),
      'migrations/r3.ts': `/** reads */
export const revision = 'r3'
export const downRevision = 'b2'
export async function up(db: any) {
  for (const row of await db.selectFrom('t_a1').selectAll().execute()) console.log(row)
}
`,
    })
    const { exitCode, stdout, stderr } = await dbmig(args, { cwd })
    expect(stderr).toContain(message)
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' })
  })
})

test('a range without --sql is refused, and the message points at --sql', async () => {
  const database = await useTestDatabase()
  const cwd = useProject({ 'dbmig.config.mjs': configFor(database.url), ...tables('a1', 'b2') })
  const { exitCode, stderr } = await dbmig(['upgrade', 'a1:b2'], { cwd })
  expect(exitCode).toBe(2)
  expect(stderr).toContain('Ranges are for history -r and for --sql.')
})

test('--tag reaches the configuration function', async () => {
  const cwd = useProject({
    'dbmig.config.mjs':
      'export default ({ tag }) => ({ versionTable: tag === undefined ? "plain" : ["of", tag].join("_") })\n',
    ...tables('a1'),
  })
  for (const args of [
    ['upgrade', 'a1'],
    ['downgrade', 'a1:base'],
    ['stamp', 'a1'],
  ]) {
    const tagged = await dbmig([...args, '--sql', '--tag', 'blue'], { cwd })
    expect(tagged.stdout).toContain('"of_blue"')
    expect((await dbmig([...args, '--sql'], { cwd })).stdout).toContain('"plain"')
  }
})

test('revisions load where V8 may compile nothing, WebAssembly included', async () => {
  const cwd = useProject({ '.dbmigrc.json': '{}', ...tables('a1', 'b2') })
  const { exitCode, stdout } = await dbmig(['upgrade', 'head', '--sql'], {
    cwd,
    env: { NODE_OPTIONS: '--jitless' },
  })
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/create table "?t_b2/)
})
