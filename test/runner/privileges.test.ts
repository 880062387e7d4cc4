import { readdirSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { DbmigError } from '../../src/errors.ts'
import { ensureVersion } from '../../src/runner/ensure-version.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { useTestDatabase, useTestRole } from '../support/database.ts'
import { type RevisionSource, useProject } from './helpers.ts'

const first = { id: 'aaa1', up: 'create table a (id int)' }

/** A role that owns nothing but may write the ledger, and make things in `own`. */
async function useRole(revisions: readonly RevisionSource[]) {
  const database = await useTestDatabase()
  const role = await useTestRole(database)
  onTestFinished(async () => {
    await database.query(`drop owned by ${role.name}`)
  })
  await ensureVersion(await useProject(database.url, revisions))
  await database.query(
    `create schema own; grant all on schema own to ${role.name}; create table theirs (id int);
     revoke create on schema public from public; alter role ${role.name} set search_path to own, public;
     grant select, insert, update, delete on dbmig_version, dbmig_log to ${role.name}`,
  )
  return { database, role: role.name, project: await useProject(role.url, revisions) }
}

async function failureOf(work: Promise<unknown>): Promise<DbmigError> {
  return work.then(
    () => {
      throw new Error('It did not fail.')
    },
    (error: DbmigError) => error,
  )
}

describe('a role that may not do all that is to run', () => {
  test('is told before anything runs what is missing, and how to grant it', async () => {
    const { database, role, project } = await useRole([
      first,
      { id: 'bbb2', up: 'create table public.b (id int); create schema more' },
      {
        id: 'ccc3',
        up: 'alter table theirs add b int; create index on public.theirs (id); drop table theirs',
      },
    ])
    const [folder] = project.migrations
    const [{ owner } = { owner: '' }] = await database.query<{ owner: string }>(
      'select current_user::text as owner',
    )
    const error = await failureOf(upgrade(project, { target: 'head' }))
    expect(error).toMatchObject({
      code: 'RUNNER_NOT_ALLOWED',
      exitCode: 1,
      message: `The role ${role} may not do all that is to run, so nothing was run. Connect as another role, or let one that may run: grant create on schema "public" to "${role}"; grant create on database "${database.name}" to "${role}"; alter table public.theirs owner to "${role}";`,
      detail: `Revision bbb2 (${folder}/1_bbb2.mjs) makes a table, and the role has no right to create in the schema public.
Revision bbb2 (${folder}/1_bbb2.mjs) makes a schema, and the role has no right to create in the database ${database.name}.
Revision ccc3 (${folder}/2_ccc3.mjs) alters public.theirs, which belongs to ${owner}.
Revision ccc3 (${folder}/2_ccc3.mjs) makes an index on public.theirs, which belongs to ${owner}.
Revision ccc3 (${folder}/2_ccc3.mjs) drops public.theirs, which belongs to ${owner}.`,
    })
    expect(
      await database.query(`select to_regclass('own.a') as a, (select count(*)::int from dbmig_log) as n`),
    ).toEqual([{ a: null, n: 0 }])
    // The owner is a superuser, whose member the role should not become.
    await database.query(error.message.split('let one that may run: ')[1] ?? '')
    expect(await upgrade(project, { target: 'head' })).toMatchObject({ heads: ['ccc3'] })
  })

  test('is told also of one revision outside a transaction', async () => {
    const { project } = await useRole([
      { id: 'aaa1', outside: true, up: 'create index concurrently theirs_id on theirs (id)' },
    ])
    expect((await failureOf(upgrade(project, { target: 'head' }))).code).toBe('RUNNER_NOT_ALLOWED')
  })

  test.each(['revision', 'run'] as const)(
    'is told also of one revision in a transaction (for each %s)',
    async (transaction) => {
      const { database, project } = await useRole([{ id: 'aaa1', up: 'alter table theirs add b int' }])
      const error = await failureOf(upgrade({ ...project, transaction }, { target: 'head' }))
      expect(error.code).toBe('RUNNER_NOT_ALLOWED')
      expect(await database.query('select * from dbmig_log')).toEqual([])
    },
  )

  test.each([{ dryRun: true }, { dryRun: true, sql: true }, { plan: 'plan.json' }])(
    'is told by a look ahead: %j',
    async (ahead) => {
      const { role, project } = await useRole([{ id: 'aaa1', up: 'alter table theirs add b int' }])
      const error = await failureOf(upgrade(project, { target: 'head', cwd: project.root, ...ahead }))
      expect(error).toMatchObject({ code: 'RUNNER_NOT_ALLOWED', exitCode: 1 })
      expect(error.message).toContain(`The role ${role} may not do all that is to run, so nothing was run.`)
      expect(readdirSync(project.root)).toEqual(['migrations'])
    },
  )
})

test('what a revision does before it reads is looked at, and what it does after is not', async () => {
  const up = (sql: string) =>
    `js:const { numAffectedRows } = await run(db, 'update theirs set id = 1 where false'); try { if (numAffectedRows > 1n) return } catch {} await run(db, ${JSON.stringify(sql)})`
  const { project } = await useRole([first, { id: 'bbb2', up: up('alter table theirs add b int') }])
  expect((await failureOf(upgrade(project, { target: 'head' }))).code).toBe('RUNNER_REVISION_FAILED')
  const before = `js:await run(db, 'alter table theirs add b int'); ${up('select 1').slice(3)}`
  const { project: other } = await useRole([first, { id: 'bbb2', up: before }])
  expect((await failureOf(upgrade(other, { target: 'head' }))).code).toBe('RUNNER_NOT_ALLOWED')
})

test.each([
  ['might do more than send statements', ''],
  ['takes longer than the look may', 'await new Promise((done) => setTimeout(done, 700));'],
])('a revision that %s is called by the run alone', async (_, wait) => {
  const calls: string[] = []
  Reflect.set(globalThis, 'dbmigTestCalls', calls)
  onTestFinished(() => void Reflect.deleteProperty(globalThis, 'dbmigTestCalls'))
  const { project } = await useRole([
    {
      id: 'aaa1',
      up: `js:globalThis.dbmigTestCalls.push('aaa1'); ${wait} await run(db, 'create table a (id int)')`,
    },
    { id: 'bbb2', up: `js:globalThis.dbmigTestCalls.push('bbb2')` },
  ])
  await upgrade(project, { target: 'head' })
  expect(calls).toEqual(['aaa1', 'bbb2'])
})

test('what follows a revision that might do more than send statements is not looked at', async () => {
  const { project } = await useRole([
    { id: 'aaa1', up: `js:process.version; await run(db, 'create table a (id int)')` },
    { id: 'bbb2', up: 'alter table theirs add b int' },
  ])
  expect((await failureOf(upgrade(project, { target: 'head' }))).code).toBe('RUNNER_REVISION_FAILED')
})

test('a revision that forgets to wait for what it reads is told of that, and of nothing else', async () => {
  const { project } = await useRole([
    first,
    { id: 'bbb2', up: `js:run(db, 'select 1').then(({ rows }) => rows[0])` },
  ])
  expect((await failureOf(upgrade(project, { target: 'head' }))).code).toBe('RUNNER_NOT_AWAITED')
})

describe('a role that may do all that is to run is not held up', () => {
  test.each<[string, RevisionSource[]]>([
    ['where it makes what it alters', [first, { id: 'bbb2', up: 'alter table a add b int; drop table a' }]],
    [
      'where it is given the right on the way',
      [first, { id: 'bbb2', up: `do 'begin end'; select 1` }, { id: 'ccc3', up: 'create table b (id int)' }],
    ],
    [
      'where a revision reads',
      [
        first,
        {
          id: 'bbb2',
          up: `js:const { rows } = await run(db, 'select 1 as n'); if (rows[0].n !== 1) throw new Error('no')`,
        },
      ],
    ],
    [
      'where what it names is not there',
      [first, { id: 'bbb2', up: 'drop table if exists nowhere.x, nix; alter table if exists nix add b int' }],
    ],
    [
      'where what it names is hidden by its own',
      [
        { id: 'aaa1', up: 'create table theirs (id int)' },
        { id: 'bbb2', up: 'alter table theirs add b int' },
      ],
    ],
  ])('%s', async (_, revisions) => {
    const { project } = await useRole(revisions)
    expect(await upgrade(project, { target: 'head' })).toMatchObject({ heads: [revisions.at(-1)?.id] })
  })

  test('where it owns the schema of what it drops', async () => {
    const { database, role, project } = await useRole([
      first,
      { id: 'bbb2', up: 'drop table own.foreign_one' },
    ])
    await database.query(`create table own.foreign_one (); alter schema own owner to ${role}`)
    expect(await upgrade(project, { target: 'head' })).toMatchObject({ heads: ['bbb2'] })
    await database.query('alter schema own owner to current_user')
  })

  test('where a hook takes another role', async () => {
    const { database, role, project } = await useRole([
      first,
      { id: 'bbb2', up: 'alter table theirs add b int' },
    ])
    const owner = { name: `${role}_owner` }
    await database.query(`create role ${owner.name}`)
    await database.query(
      `alter table theirs owner to ${owner.name}; grant ${owner.name} to ${role}; alter role ${role} noinherit;
       grant all on schema own to ${owner.name}`,
    )
    onTestFinished(async () => {
      await database.query(`drop owned by ${owner.name}; drop role ${owner.name}`)
    })
    const beforeRevision = ({ db }: { readonly db: { readonly executeQuery: unknown } }) =>
      import('kysely').then(({ sql }) => sql.raw(`set local role ${owner.name}`).execute(db as never))
    expect(await upgrade({ ...project, runHooks: { beforeRevision } }, { target: 'head' })).toMatchObject({
      heads: ['bbb2'],
    })
  })
})
