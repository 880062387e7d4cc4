import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Project } from '../../src/config/config.ts'
import type { DbmigError } from '../../src/errors.ts'
import { downgrade } from '../../src/runner/downgrade.ts'
import { runPlan } from '../../src/runner/plan-file/run-plan.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { useTestDatabase } from '../support/database.ts'
import { useProject } from './helpers.ts'

const line = [
  { id: 'aaa1', up: 'create table a (id int)', undo: 'drop table a' },
  { id: 'bbb2', up: 'create table b (id int)', undo: 'drop table b' },
  { id: 'ccc3', up: 'create table c (id int)', undo: 'drop table c' },
]

async function usePlan(target = 'head') {
  const database = await useTestDatabase()
  const project = await useProject(database.url, line)
  await upgrade(project, { target: 'aaa1' })
  const cwd = project.root
  const planned = await upgrade(project, { target, plan: 'plan.json', cwd })
  return { database, project, planned, cwd, path: join(cwd, 'plan.json') }
}

async function refusalOf(
  project: Project,
  cwd: string,
  command: 'upgrade' | 'downgrade' = 'upgrade',
): Promise<DbmigError> {
  return runPlan(project, { command, file: 'plan.json', cwd }).then(
    () => {
      throw new Error('It was not refused.')
    },
    (error: DbmigError) => error,
  )
}

function file(project: Project, revision: string): string {
  const [folder = ''] = project.migrations
  return join(folder, readdirSync(folder).find((name) => name.includes(revision)) ?? '')
}

test('a plan holds the steps with their checksums, the ledger and the database, and no password; nothing is run', async () => {
  const { database, planned, path } = await usePlan()
  expect(planned).toMatchObject({
    steps: [{ revision: 'bbb2' }, { revision: 'ccc3' }],
    heads: ['ccc3'],
    dryRun: true,
    plan: path,
  })
  const text = readFileSync(path, 'utf8')
  expect(JSON.parse(text)).toMatchObject({
    dbmigPlan: 1,
    command: 'upgrade',
    target: 'head',
    database: { name: database.name, table: '"public"."dbmig_version"' },
    ledger: [{ revision: 'aaa1', status: 'applied' }],
    steps: [
      { revision: 'bbb2', direction: 'up', checksum: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { revision: 'ccc3', direction: 'up' },
    ],
    heads: ['ccc3'],
  })
  expect(text).not.toContain(new URL(database.url).password)
  expect(await database.query(`select to_regclass('b') as b`)).toEqual([{ b: null }])
  expect(readdirSync(join(path, '..')).sort()).toEqual(['migrations', 'plan.json'])
})

test('a plan runs just its steps, also where there are more files by now', async () => {
  const { database, project, cwd } = await usePlan('bbb2')
  expect(await runPlan(project, { command: 'upgrade', file: 'plan.json', cwd })).toMatchObject({
    steps: [{ revision: 'bbb2' }],
    heads: ['bbb2'],
    dryRun: false,
  })
  expect(await database.query('select revision from dbmig_version order by 1')).toHaveLength(2)
})

test('a plan of a downgrade runs down', async () => {
  const { project, cwd } = await usePlan()
  await downgrade(project, { target: 'base', plan: 'plan.json', cwd })
  expect(await runPlan(project, { command: 'downgrade', file: 'plan.json', cwd })).toMatchObject({
    steps: [{ revision: 'aaa1', direction: 'down' }],
    heads: [],
  })
})

test('a plan is looked at in a dry run, too', async () => {
  const { database, project, cwd } = await usePlan()
  const result = await runPlan(project, { command: 'upgrade', file: 'plan.json', cwd, dryRun: true })
  expect(result).toMatchObject({ steps: [{ revision: 'bbb2' }, { revision: 'ccc3' }], dryRun: true })
  expect(await database.query(`select to_regclass('b') as b`)).toEqual([{ b: null }])
})

test('a plan of nothing runs nothing', async () => {
  const { project, cwd } = await usePlan('aaa1')
  expect(await runPlan(project, { command: 'upgrade', file: 'plan.json', cwd })).toMatchObject({ steps: [] })
})

describe('a plan that does not fit any more is refused before anything runs', () => {
  test('where a file was edited: white space and comments do not count', async () => {
    const { database, project, cwd } = await usePlan()
    const path = file(project, 'ccc3')
    const source = readFileSync(path, 'utf8')
    writeFileSync(path, source.replace('create table c (id int)', 'create table c (id bigint)'))
    const error = await refusalOf(project, cwd)
    expect(error).toMatchObject({ code: 'RUNNER_PLAN_STALE', exitCode: 1 })
    expect(error.message).toMatch(
      /^The plan \S+plan\.json, made at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d, does not fit any more: revision ccc3 was edited \(\S+ccc3\.mjs\)\. Nothing was run; look at what changed, and make a new plan with dbmig upgrade head --plan \S+plan\.json\.$/,
    )
    expect(await database.query(`select to_regclass('b') as b`)).toEqual([{ b: null }])
    writeFileSync(path, `// a comment\n${source}\n`)
    expect(await runPlan(project, { command: 'upgrade', file: 'plan.json', cwd })).toMatchObject({
      heads: ['ccc3'],
    })
  })

  test('where a file is gone', async () => {
    const { project, cwd } = await usePlan()
    rmSync(file(project, 'ccc3'))
    expect((await refusalOf(project, cwd)).message).toContain(
      'revision ccc3 has no file any more. Nothing was run',
    )
  })

  test('where a revision was applied meanwhile', async () => {
    const { project, cwd } = await usePlan()
    await upgrade(project, { target: 'bbb2' })
    expect((await refusalOf(project, cwd)).message).toMatch(
      /revision bbb2 was applied meanwhile, at \d{4}-\S+ \S+ [+-]\d\d:\d\d by \S+\. Nothing was run/,
    )
  })

  test('where a revision was reverted, or reverted and applied again', async () => {
    const { project, cwd } = await usePlan()
    await downgrade(project, { target: 'base' })
    expect((await refusalOf(project, cwd)).message).toContain('revision aaa1 was reverted meanwhile. Nothing')
    await upgrade(project, { target: 'aaa1' })
    expect((await refusalOf(project, cwd)).message).toContain('revision aaa1 was applied again, at ')
  })

  test('where it was made for another database, though of the same state', async () => {
    const { project, cwd } = await usePlan()
    const other = await useTestDatabase()
    await upgrade({ ...project, url: other.url }, { target: 'aaa1' })
    const { message } = await refusalOf({ ...project, url: other.url }, cwd)
    expect(message).toContain('it is for the database "dbmig_test_')
    expect(message).toContain(`and this is "${other.name}" (`)
    expect(message).not.toContain(new URL(other.url).password)
  })

  test('where the configuration makes another run of it', async () => {
    const { project, cwd } = await usePlan()
    expect((await refusalOf({ ...project, transaction: 'run' }, cwd)).message).toContain(
      "the configuration says transaction: 'run', and said 'revision'.",
    )
  })

  test('and all reasons are told', async () => {
    const { project, cwd } = await usePlan()
    await upgrade(project, { target: 'bbb2' })
    rmSync(file(project, 'ccc3'))
    const { message, detail } = await refusalOf(project, cwd)
    expect(message).toMatch(/by \S+, and 1 more of this kind\. Nothing was run/)
    expect(detail).toBe('also: revision ccc3 has no file any more')
  })
})

describe('a plan that was edited by hand is refused before anything runs', () => {
  const up = { direction: 'up', message: '' }

  async function refused(
    command: 'upgrade' | 'downgrade',
    edit: (plan: { steps: { revision: string }[]; heads: string[] }) => void,
  ): Promise<string> {
    const { database, project, cwd, path } = await usePlan()
    if (command === 'downgrade') {
      await upgrade(project, { target: 'head' })
      await downgrade(project, { target: 'base', plan: 'plan.json', cwd })
    }
    const before = await database.query('select * from dbmig_log order by id')
    const plan = JSON.parse(readFileSync(path, 'utf8'))
    edit(plan)
    writeFileSync(path, JSON.stringify(plan))
    const { code, message } = await refusalOf(project, cwd, command)
    expect(code).toBe('RUNNER_PLAN_STALE')
    expect(await database.query('select * from dbmig_log order by id')).toEqual(before)
    return message
  }

  test.each([
    [
      'in another order',
      'revision ccc3 would run before bbb2, on which it stands',
      (plan) => plan.steps.reverse(),
    ],
    ['without a step in between', 'revision ccc3 would run before bbb2', (plan) => plan.steps.shift()],
    ['without the last step', 'its steps lead to bbb2, and it says ccc3', (plan) => plan.steps.pop()],
    [
      'with a step twice',
      'revision bbb2 would run although it is applied by then',
      ({ steps }) => steps.push(...steps.slice(0, 1)),
    ],
    [
      'with a step the other way',
      'revision bbb2 would run down, and all else up',
      ({ steps }) => Object.assign(steps[0] ?? {}, { direction: 'down' }),
    ],
  ] satisfies [string, string, (plan: { steps: { revision: string }[] }) => void][])(
    '%s',
    async (_, why, edit) => {
      expect(await refused('upgrade', edit)).toContain(
        `does not fit any more: it is not as dbmig wrote it: ${why}`,
      )
    },
  )

  test('of a downgrade, in another order or with a step the other way', async () => {
    expect(await refused('downgrade', ({ steps }) => steps.reverse())).toContain(
      'revision aaa1 would be undone before bbb2, which stands on it. Nothing was run',
    )
    expect(await refused('downgrade', ({ steps }) => Object.assign(steps[2] ?? {}, up))).toContain(
      'revision aaa1 would run up, and all else down. Nothing was run',
    )
  })
})

describe('a file that is no plan is refused, with exit code 2', () => {
  test.each([
    ['not there', null, 'it cannot be read (ENOENT'],
    ['no JSON', '{', 'it is no JSON ('],
    ['other JSON', '[1]', 'it is no plan of dbmig.'],
    ['of a newer dbmig', '{ "dbmigPlan": 2 }', 'it is of version 2, and this dbmig reads version 1.'],
    ['half', '{ "dbmigPlan": 1, "command": "upgrade" }', 'its target is missing or not what dbmig writes.'],
  ])('%s', async (_, text, why) => {
    const project = await useProject('postgres://nobody@127.0.0.1:1/x', line)
    if (text !== null) writeFileSync(join(project.root, 'plan.json'), text)
    const error = await refusalOf(project, project.root)
    expect(error).toMatchObject({ code: 'RUNNER_PLAN_UNREADABLE', exitCode: 2 })
    expect(error.message).toContain(`cannot be used: ${why}`)
  })

  test('a plan of the other command', async () => {
    const { project, cwd, path } = await usePlan()
    expect(await refusalOf(project, cwd, 'downgrade')).toMatchObject({
      exitCode: 2,
      message: `The plan ${path} is one of dbmig upgrade head; nothing was run. Run it with dbmig upgrade --from-plan ${path}.`,
    })
  })
})

test('a plan is written beside the draft that a killed process has left, and that draft stays', async () => {
  const { project, cwd } = await usePlan()
  const left = `.plan.json.${process.pid}.tmp`
  writeFileSync(join(cwd, left), 'half')
  await upgrade(project, { target: 'head', plan: 'plan.json', cwd })
  expect(readdirSync(cwd).sort()).toEqual([left, 'migrations', 'plan.json'])
  expect(readFileSync(join(cwd, left), 'utf8')).toBe('half')
})

test('a plan that cannot take its place leaves no draft', async () => {
  const { project, cwd } = await usePlan()
  const error: unknown = await upgrade(project, { target: 'head', plan: 'migrations', cwd }).catch(
    (thrown: unknown) => thrown,
  )
  expect(error).toMatchObject({ code: 'RUNNER_PLAN_NOT_WRITTEN' })
  expect(readdirSync(cwd).sort()).toEqual(['migrations', 'plan.json'])
})

test('a plan that cannot be written is told', async () => {
  const { project, cwd } = await usePlan()
  const error: unknown = await upgrade(project, { target: 'head', plan: 'nowhere/plan.json', cwd }).catch(
    (thrown: unknown) => thrown,
  )
  expect(error).toMatchObject({ code: 'RUNNER_PLAN_NOT_WRITTEN' })
  expect(String(error)).toContain('nowhere/plan.json: its folder is not there; make it')
})
