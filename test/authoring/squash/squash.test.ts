/** `squash`, on a real server: what it writes, what it refuses, and what databases make of it. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { keptFolder } from '../../../src/authoring/squash/keep.ts'
import { type SquashOptions, squash } from '../../../src/authoring/squash/squash.ts'
import type { Config, Project } from '../../../src/config/config.ts'
import { loadProject } from '../../../src/config/project.ts'
import { current } from '../../../src/ledger/current.ts'
import { history } from '../../../src/ledger/history.ts'
import { downgrade } from '../../../src/runner/downgrade.ts'
import { stamp } from '../../../src/runner/stamp.ts'
import { upgrade } from '../../../src/runner/upgrade.ts'
import { type RevisionText, revisionText, useProject } from '../../support/cli.ts'
import { type TestDatabase, useTestDatabase, useTestRole } from '../../support/database.ts'
import { writeFiles } from '../../support/folder.ts'

interface Fixture {
  readonly project: Project
  readonly database: TestDatabase
  run(options?: Partial<SquashOptions>): ReturnType<typeof squash>
  files(): string[]
  text(id: string): string
  write(id: string, text: string): void
}

type Line = readonly (Omit<RevisionText, 'down'> & Partial<Pick<RevisionText, 'down'>>)[]

const execute = (...statements: readonly string[]): string =>
  statements.map((each) => `  await sql\`${each}\`.execute(db)`).join('\n')

/** A project whose revisions follow each other, unless they say otherwise. */
async function useFixture(line: Line, config: Config = {}): Promise<Fixture> {
  const database = await useTestDatabase()
  const files = line.map((each, index): [string, string] => [
    `migrations/${each.revision}.ts`,
    revisionText({ down: line[index - 1]?.revision ?? null, ...each }),
  ])
  const folder = useProject(Object.fromEntries(files))
  const project = await loadProject({ cwd: folder, env: {}, overrides: { url: database.url, ...config } })
  const path = (id: string) => join(folder, 'migrations', `${id}.ts`)
  return {
    project,
    database,
    run: (options) => squash(project, { range: 'b:d', ...options }),
    files: () => readdirSync(join(folder, 'migrations')).sort(),
    text: (id) => readFileSync(path(id), 'utf8'),
    write: (id, text) => writeFileSync(path(id), text),
  }
}

const line: Line = [
  {
    revision: 'a',
    up: execute('create table users (id int primary key)'),
    undo: execute('drop table users'),
  },
  {
    revision: 'b',
    up: execute('alter table users add email text'),
    undo: execute('alter table users drop email'),
  },
  {
    revision: 'c',
    up: execute('create index concurrently users_email on users (email)'),
    undo: execute('drop index concurrently users_email'),
    more: 'export const config = { transaction: false }',
  },
  {
    revision: 'd',
    message: 'no way back',
    up: execute('create view mails as select email from users'),
    undo: '  throw new Error()',
  },
  { revision: 'e', up: execute('create table posts (id int)'), undo: execute('drop table posts') },
]

const squashed = ['b', 'c', 'd']

async function rowsOf({ database }: Fixture): Promise<unknown> {
  const rows = await database.query<{ revision: string; down: string[] }>(
    'select revision, down_revisions as down from dbmig_version order by revision',
  )
  return rows.map(({ revision, down }) => `${revision}(${down.join(' ')})`)
}

describe('squash', () => {
  test('puts one revision in place of a range, in the file of its last', async () => {
    const fixture = await useFixture(line)
    const result = await fixture.run()
    expect(result).toMatchObject({
      revision: 'd',
      replaces: ['b', 'c'],
      path: join(fixture.project.root, 'migrations/d.ts'),
      removed: ['b', 'c'].map((id) => join(fixture.project.root, `migrations/${id}.ts`)),
      proved: true,
      leftOut: [],
      inside: null,
      dryRun: false,
    })
    expect(fixture.files()).toEqual(['a.ts', 'd.ts', 'e.ts'])
    expect(fixture.text('d')).toBe(result.source)
    expect(result.source).toContain(' * squash b:d: no way back\n *\n * Create date: 2026-11-22T12:31:25Z\n')
    expect(result.source).toContain(
      "export const revision = 'd'\nexport const downRevision = 'a'\nexport const branchLabels = [] as const\nexport const dependsOn = [] as const\nexport const replaces = ['b', 'c'] as const\n",
    )
  })

  test('leads to the same database, there and back', async () => {
    const fixture = await useFixture(line)
    await fixture.run()
    await upgrade(fixture.project, { target: 'head' })
    const indexes = await fixture.database.query(
      `select indexname::text as name from pg_indexes where tablename = 'users'`,
    )
    expect(indexes).toEqual(expect.arrayContaining([{ name: 'users_email' }]))
    expect(await fixture.database.query('select * from mails')).toEqual([])
    await downgrade(fixture.project, { target: 'a' })
    expect(await rowsOf(fixture)).toEqual(['a()'])
  })

  test('in a dry run writes nothing, and gives the source', async () => {
    const fixture = await useFixture(line)
    const result = await fixture.run({ dryRun: true, message: 'all of it' })
    expect(result).toMatchObject({ dryRun: true, source: expect.stringContaining(' * all of it\n') })
    expect(fixture.files()).toHaveLength(5)
    expect(fixture.text('d')).not.toBe(result.source)
  })

  test('squashes a squash, which keeps all that was replaced', async () => {
    const fixture = await useFixture(line)
    await fixture.run({ range: 'b:c' })
    expect(await fixture.run({ range: ':d' })).toMatchObject({ revision: 'd', replaces: ['a', 'b', 'c'] })
    expect(fixture.files()).toEqual(['d.ts', 'e.ts'])
    await upgrade(fixture.project, { target: 'head' })
    expect(await rowsOf(fixture)).toEqual(['d()', 'e(d)'])
  })

  test('says once in its message that it is a squash, also of squashes', async () => {
    const fixture = await useFixture(line)
    await fixture.run({ range: 'c:d' })
    expect((await fixture.run({ range: 'b:d' })).source).toContain(' * squash b:d: no way back\n')
  })

  test('writes JavaScript where the last file is JavaScript', async () => {
    const fixture = await useFixture(line.slice(0, 1))
    const second = revisionText({ revision: 'b', down: 'a', up: execute('create table t (id int)') })
    const path = join(fixture.project.root, 'migrations/b.mjs')
    writeFileSync(path, second.replaceAll(/: (?:Kysely|Promise)<\w+>| as const|type Kysely, /g, ''))
    const { source } = await fixture.run({ range: 'a:b' })
    expect(source).toContain("export const replaces = ['a']\n")
    expect(source).toContain('export async function up(db) {')
    await upgrade(fixture.project, { target: 'head' })
    expect(await rowsOf(fixture)).toEqual(['b()'])
  })

  test('works where there is no database but the embedded one', async () => {
    const fixture = await useFixture(line.filter(({ revision }) => revision !== 'c'))
    const result = await squash({ ...fixture.project, url: undefined, shadow: 'pglite' }, { range: 'b:d' })
    expect(result).toMatchObject({ proved: true, replaces: ['b'] })
  })

  test('leaves no shadow database behind, whether it succeeds or fails', async () => {
    const fixture = await useFixture([
      ...line.slice(0, 1),
      { revision: 'b', up: execute('insert into users values (1)') },
    ])
    const role = await useTestRole(fixture.database, 'createdb')
    const project = { ...fixture.project, url: role.url }
    await expect(squash(project, { range: ':', offline: true })).rejects.toMatchObject({
      code: 'AUTHORING_SQUASH_ROWS',
    })
    await squash(project, { range: ':', offline: true, schemaOnly: true })
    const left = await fixture.database.query('select from pg_database where datdba = $1::regrole', [
      role.name,
    ])
    expect(left).toEqual([])
  })
})

describe('what is no schema is not lost unseen', () => {
  const users: Line = line.slice(0, 1)

  test.each([
    ['rows that are inserted', [execute('insert into users values (1)')], 'b: insert into public.users'],
    ['an update that meets no row here', [execute('update users set id = id + 1')], 'b: update public.users'],
    [
      'rows that a function writes',
      [execute('create function f() returns void language sql as $$ delete from users $$', 'select f()')],
      'b: delete from public.users',
    ],
    [
      'a move into a new table',
      [execute('create table people (id int)', 'insert into people select id from users')],
      'b: insert',
    ],
    ['a table that is made full', [execute('create table n as select 1 as one')], 'b: insert into public.n'],
    [
      "rows by Kysely's builder",
      ["  await db.insertInto('users').values({ id: 1 }).execute()"],
      'b: insert into public.users',
    ],
  ])('%s are refused, and the revision is named', async (_, [up = ''], detail) => {
    const fixture = await useFixture([...users, { revision: 'b', up }, { revision: 'c' }])
    await expect(fixture.run({ range: 'b:c' })).rejects.toMatchObject({
      code: 'AUTHORING_SQUASH_ROWS',
      message:
        'Revision b writes rows, which one revision that is made from the schema would not. Leave it out of the range, or add --schema-only to go without these rows.',
      detail: `  ${detail}`,
    })
    expect(fixture.files()).toHaveLength(3)
  })

  test('rows that are written below the range do not matter', async () => {
    const fixture = await useFixture([
      ...users,
      { revision: 'b', up: execute('insert into users values (1)') },
      { revision: 'c', up: execute('alter table users add made timestamptz not null default now()') },
      { revision: 'd', up: execute('alter table users add token uuid default gen_random_uuid()') },
    ])
    expect(await fixture.run({ range: 'c:d' })).toMatchObject({ proved: true })
  })

  test('rows that are changed and of which the range leaves none do not matter, as nothing below it has rows', async () => {
    const fixture = await useFixture([
      ...users,
      {
        revision: 'b',
        up: execute('create table people (id int)', 'insert into people select id from users'),
      },
      { revision: 'c', up: execute('update users set id = id + 1', 'delete from people') },
    ])
    expect(await fixture.run({ range: 'a:c' })).toMatchObject({ proved: true })
  })

  test('rows of a table that the range makes are refused where it starts at the base, too', async () => {
    const fixture = await useFixture([
      ...users,
      { revision: 'b', up: execute('insert into users values (1)') },
    ])
    await expect(fixture.run({ range: ':' })).rejects.toMatchObject({
      detail: '  b: insert into public.users',
    })
  })

  test('a table that is used on the way and dropped again does not matter where it was seen', async () => {
    const fixture = await useFixture([
      ...users,
      { revision: 'b', up: execute('create table scratch (id int)') },
      { revision: 'c', up: execute('drop table scratch') },
    ])
    expect(await fixture.run({ range: 'a:c' })).toMatchObject({ proved: true })
  })

  test.each([
    [
      "privileges on what is PostgreSQL's own",
      'revoke execute on function pg_sleep(double precision) from public',
      'privileges on function pg_catalog.pg_sleep(double precision): {',
    ],
    [
      "a sequence's position",
      "create sequence s;; select setval('s', 41)",
      'position of sequence s: 41, taken',
    ],
    [
      'what a server shares',
      'do $$ begin if false then create role x; end if; end $$',
      'a role, which all databases of the server share: b',
    ],
    ['an empty materialized view', 'create materialized view m as select 1 as one with no data', null],
    ['a conversion', "create conversion c for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8", null],
  ])('%s', async (_, statement, lost) => {
    const fixture = await useFixture([...users, { revision: 'b', up: execute(...statement.split(';; ')) }])
    const done = fixture.run({ range: 'a:b' })
    if (lost === null) expect(await done).toMatchObject({ proved: true })
    else {
      await expect(done).rejects.toMatchObject({
        code: 'AUTHORING_SQUASH_MORE',
        message:
          'The range does more than a revision that is made from the schema can repeat. Leave the revisions that do so out of the range, or add --schema-only and write into the new file what is missing.',
        detail: expect.stringContaining(`What would be lost:\n  ${lost}`),
      })
    }
  })

  test.each([
    ['privileges', 'grant select on users to public'],
    ['privileges on a column', 'grant update (id) on users to public'],
    ['privileges on a schema', 'revoke usage on schema public from public'],
    ['default privileges', 'alter default privileges grant select on tables to public'],
    ['a conversion', "create conversion c for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8"],
  ])('%s, which the project need not manage, are a part of it', async (_, statement) => {
    const fixture = await useFixture([...users, { revision: 'b', up: execute(statement) }])
    expect(await fixture.run({ range: 'a:b' })).toMatchObject({ proved: true })
  })

  test('an owner is one, too', async () => {
    const fixture = await useFixture(users)
    const role = await useTestRole(fixture.database)
    fixture.write(
      'b',
      revisionText({ revision: 'b', down: 'a', up: execute(`alter table users owner to ${role.name}`) }),
    )
    const { source } = await fixture.run({ range: 'a:b' })
    expect(source).toContain(`alter table users owner to ${role.name}`)
  })

  test('--schema-only goes without it, and says what is left out', async () => {
    const fixture = await useFixture([
      ...users,
      {
        revision: 'b',
        up: execute(
          'insert into users values (1)',
          'revoke execute on function pg_sleep(double precision) from public',
        ),
      },
    ])
    const { leftOut } = await fixture.run({ range: 'a:b', schemaOnly: true })
    expect(leftOut).toEqual([
      'rows: b: insert into public.users',
      expect.stringMatching(/^privileges on function pg_catalog\.pg_sleep/),
    ])
    expect(fixture.files()).toEqual(['b.ts'])
  })

  test('objects that the project does not manage are in the squash as well', async () => {
    const fixture = await useFixture(
      [
        ...users,
        {
          revision: 'b',
          up: execute(
            'create schema audit',
            'create table audit.log (id int)',
            'create publication p for table users',
          ),
        },
      ],
      { schemas: ['public'], exclude: ['users'] },
    )
    const { source } = await fixture.run({ range: 'a:b' })
    for (const name of ['audit', 'publication', 'users']) expect(source).toContain(name)
  })
})

describe('what cannot be squashed is refused before anything is written', () => {
  test('a range that does not run', async () => {
    const fixture = await useFixture([
      ...line.slice(0, 1),
      { revision: 'b', up: execute('drop table nowhere') },
    ])
    await expect(fixture.run({ range: 'a:b' })).rejects.toMatchObject({
      code: 'AUTHORING_SQUASH_RANGE_FAILED',
      message: expect.stringMatching(
        /^The revisions do not run on a shadow database, so nothing was squashed: Revision b .*nowhere/,
      ),
    })
    expect(fixture.files()).toHaveLength(2)
  })

  test('a CommonJS file', async () => {
    const fixture = await useFixture(line.slice(0, 1))
    const path = join(fixture.project.root, 'migrations/b.cjs')
    writeFileSync(path, "exports.revision = 'b'\nexports.downRevision = 'a'\nexports.up = async () => {}\n")
    await expect(fixture.run({ range: 'a:b' })).rejects.toMatchObject({
      message: `The squash takes the place of ${path}, and a CommonJS file cannot hold it. Rename that file to end in .ts or .mjs.`,
    })
  })

  test('files that change meanwhile', async () => {
    const fixture = await useFixture(line)
    const onEvent: SquashOptions['onEvent'] = (event) => {
      if (event.type === 'progress' && event.message === 'running down')
        fixture.write('c', `${fixture.text('c')}\n// edited\n`)
    }
    await expect(fixture.run({ onEvent })).rejects.toMatchObject({
      code: 'AUTHORING_SQUASH_CHANGED',
      message: expect.stringMatching(/c\.ts changed, so nothing was squashed\. Run it again\.$/),
    })
    expect(fixture.files()).toHaveLength(5)
  })
})

describe('the files that are gone', () => {
  const useKept = async () => {
    const fixture = await useFixture(line)
    const { root } = fixture.project
    const folder = join(root, '.dbmig/squashed/d')
    return {
      fixture,
      before: Object.fromEntries(['b', 'c', 'd'].map((id) => [`${id}.ts`, fixture.text(id)])),
      ignored: () => readFileSync(join(root, '.dbmig/.gitignore'), 'utf8'),
      keptIn: folder,
      kept: () =>
        Object.fromEntries(
          readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
        ),
    }
  }

  test('are kept, as is the old text of the file that the squash took, where git ignores them', async () => {
    const { fixture, before, ignored, keptIn, kept } = await useKept()
    expect(await fixture.run({ dryRun: true })).toMatchObject({ keptIn })
    expect(existsSync(join(fixture.project.root, '.dbmig'))).toBe(false)
    expect(await fixture.run()).toMatchObject({ keptIn })
    expect(kept()).toEqual(before)
    expect(ignored()).toBe('*\n')
  })

  test('never take the place of what is kept there, nor of a .gitignore', async () => {
    const { fixture, before, ignored, kept } = await useKept()
    writeFiles(fixture.project.root, { '.dbmig/.gitignore': 'mine', '.dbmig/squashed/d/b.ts': 'older' })
    await fixture.run()
    expect(kept()).toEqual({ ...before, 'b.ts': 'older', 'b-2.ts': before['b.ts'] })
    expect(ignored()).toBe('mine')
  })

  test('are kept once, however often the run was ended', async () => {
    const { fixture, before, kept } = await useKept()
    // As if it had been ended before the squash was written, and again before the first file was gone.
    writeFiles(fixture.project.root, { '.dbmig/squashed/d/d.ts': before['d.ts'] ?? '' })
    await fixture.run()
    fixture.write('b', before['b.ts'] ?? '')
    expect(await fixture.run()).toMatchObject({ keptIn: join(fixture.project.root, '.dbmig/squashed/d') })
    expect(kept()).toEqual(before)
    expect(fixture.files()).toEqual(['a.ts', 'd.ts', 'e.ts'])
  })

  test('stay, and nothing is squashed, where they cannot be kept', async () => {
    const { fixture, before } = await useKept()
    writeFiles(fixture.project.root, { '.dbmig/.gitignore': '', '.dbmig/squashed': 'a file' })
    await expect(fixture.run()).rejects.toMatchObject({ code: 'AUTHORING_NOT_WRITABLE' })
    expect(fixture.files()).toHaveLength(5)
    expect(fixture.text('d')).toBe(before['d.ts'])
  })

  test('are kept inside of the project, whatever the id', () => {
    expect(keptFolder({ root: '/app' }, '../../x')).toBe('/app/.dbmig/squashed/__.._x')
    expect(keptFolder({ root: '/app' }, 'v1.2_é')).toBe('/app/.dbmig/squashed/v1.2_é')
  })
})

describe('an ended run', () => {
  test('that has removed nothing yet is told, and the same command brings it to its end', async () => {
    const fixture = await useFixture(line)
    const [b, c] = [fixture.text('b'), fixture.text('c')]
    await fixture.run()
    fixture.write('b', b)
    fixture.write('c', c)
    const path = (id: string) => join(fixture.project.root, `migrations/${id}.ts`)
    await expect(history(fixture.project)).rejects.toThrow(
      `Revision d (${path('d')}) replaces b, c, and the files of these are still here: ${path('b')}, ${path('c')}. "dbmig squash b:d" moves what is left to .dbmig/squashed`,
    )
    expect(await fixture.run()).toMatchObject({
      removed: [path('b'), path('c')],
      proved: false,
      source: null,
    })
    expect(fixture.files()).toEqual(['a.ts', 'd.ts', 'e.ts'])
  })

  test('that has removed the first file already is brought to its end too', async () => {
    const fixture = await useFixture(line)
    const c = fixture.text('c')
    await fixture.run()
    fixture.write('c', c)
    await fixture.run()
    expect(fixture.files()).toEqual(['a.ts', 'd.ts', 'e.ts'])
  })
})

describe('a database', () => {
  test('that has applied the whole range has applied the squash, and no row is rewritten', async () => {
    const fixture = await useFixture(line)
    await upgrade(fixture.project, { target: 'd' })
    await fixture.run()
    expect(await current(fixture.project)).toMatchObject({
      heads: ['d'],
      pending: 1,
      unknown: [],
      outOfOrder: [],
      inside: [],
    })
    const { entries, unknown } = await history(fixture.project)
    expect(unknown).toEqual([])
    expect(entries.map(({ revision, replaces, applied }) => [revision, replaces, applied?.matches])).toEqual([
      ['e', [], undefined],
      ['d', ['b', 'c'], null],
      ['a', [], true],
    ])
    expect((await upgrade(fixture.project, { target: 'head' })).steps).toMatchObject([{ revision: 'e' }])
    expect(await rowsOf(fixture)).toEqual(['a()', 'b(a)', 'c(b)', 'd(c)', 'e(d)'])
  })

  test('that ran the range one by one forgets all of it with the squash, and logs that', async () => {
    const fixture = await useFixture(line)
    await upgrade(fixture.project, { target: 'd' })
    await fixture.run()
    expect(await downgrade(fixture.project, { target: 'a' })).toMatchObject({ heads: ['a'] })
    expect(await rowsOf(fixture)).toEqual(['a()'])
    const log = await fixture.database.query<{ revision: string }>(
      `select revision, message from dbmig_log where outcome = 'reverted' order by revision`,
    )
    expect(log.map(({ revision }) => revision)).toEqual(squashed)
    expect(await fixture.database.query(`select to_regclass('mails') as there`)).toEqual([{ there: null }])
  })

  test('forgets all of it as well when it is stamped below', async () => {
    const fixture = await useFixture(line)
    await upgrade(fixture.project, { target: 'd' })
    await fixture.run()
    expect(await stamp(fixture.project, { targets: ['a'] })).toMatchObject({ heads: ['a'] })
    expect(await rowsOf(fixture)).toEqual(['a()'])
    const log = await fixture.database.query<{ revision: string }>(
      `select revision from dbmig_log where outcome = 'unstamped' order by revision`,
    )
    expect(log.map(({ revision }) => revision)).toEqual(squashed)
  })

  test('that is new has a row of the squash alone, and right heads above it', async () => {
    const fixture = await useFixture(line)
    fixture.write('e', fixture.text('e').replace(`downRevision = "d"`, `downRevision = "c"`))
    // As a branch that was made before the squash would have it.
    await expect(fixture.run()).rejects.toMatchObject({ code: 'GRAPH_SQUASH_BRANCHES_OFF' })
    rmSync(join(fixture.project.root, 'migrations/e.ts'))
    await fixture.run()
    fixture.write('e', revisionText({ revision: 'e', down: 'c', up: execute('create table posts (id int)') }))
    expect(await upgrade(fixture.project, { target: 'head' })).toMatchObject({ heads: ['e'] })
    expect(await rowsOf(fixture)).toEqual(['a()', 'd(a)', 'e(d)'])
    expect(await current(fixture.project)).toMatchObject({ heads: ['e'], pending: 0 })
  })

  test('that is inside of the range is told, and nothing runs', async () => {
    const fixture = await useFixture(line)
    await upgrade(fixture.project, { target: 'b' })
    expect(await fixture.run()).toMatchObject({ inside: { applied: ['b'], missing: ['c', 'd'] } })
    expect(await current(fixture.project)).toMatchObject({
      heads: ['b'],
      unknown: [],
      inside: [{ revision: 'd', applied: ['b'], missing: ['c', 'd'] }],
    })
    expect((await history(fixture.project)).inside).toHaveLength(1)
    const refused = {
      code: 'GRAPH_INSIDE_SQUASH',
      message: `The database has applied only 1 of the 3 revisions that were squashed into d (${join(fixture.project.root, 'migrations/d.ts')}): b, without c, d. Check out the commit before the squash, run "dbmig upgrade d" there, and come back.`,
    }
    await expect(upgrade(fixture.project, { target: 'head' })).rejects.toMatchObject(refused)
    await expect(downgrade(fixture.project, { target: 'base' })).rejects.toMatchObject(refused)
    await expect(stamp(fixture.project, { targets: ['head'] })).rejects.toMatchObject(refused)
    expect(await rowsOf(fixture)).toEqual(['a()', 'b(a)'])
    await stamp(fixture.project, { targets: ['d'], purge: true })
    expect(await rowsOf(fixture)).toEqual(['a()', 'd(a)'])
  })

  test('in which a revision of the range failed half-way outside a transaction is inside', async () => {
    const fixture = await useFixture([
      ...line.slice(0, 2),
      {
        revision: 'c',
        up: execute('select 1', 'select 1/0'),
        more: 'export const config = { transaction: false }',
      },
      { revision: 'd' },
    ])
    await expect(upgrade(fixture.project, { target: 'head' })).rejects.toMatchObject({
      code: 'RUNNER_REVISION_FAILED',
    })
    fixture.write('c', fixture.text('c').replace('1/0', '1'))
    expect(await fixture.run({ range: 'c:d' })).toMatchObject({
      inside: { applied: [], missing: ['c', 'd'] },
    })
    await expect(upgrade(fixture.project, { target: 'head' })).rejects.toThrow(
      'Look at what is there of it. No file declares it any more, so if all of it is done, say so with "dbmig resolve c --applied", or, if nothing of it is left, with "dbmig resolve c --rolled-back".',
    )
  })

  test('is left alone offline', async () => {
    const fixture = await useFixture(line)
    await upgrade(fixture.project, { target: 'b' })
    expect(await fixture.run({ offline: true })).toMatchObject({ inside: null })
    expect(existsSync(join(fixture.project.root, 'migrations/b.ts'))).toBe(false)
  })
})
