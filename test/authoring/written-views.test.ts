/** Views in generated revisions: their queries as the declaration has them. */
import { describe, expect, test } from 'vitest'
import { revision } from '../../src/authoring/revision.ts'
import { loadProject } from '../../src/config/project.ts'
import { useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'

/** The file that leads from a database to a declaration, proved. */
async function fileFor(declared: string, live = '', file = 'schema.sql'): Promise<string> {
  const database = await useTestDatabase()
  if (live !== '') await database.query(live)
  const project = await loadProject({
    cwd: useProject({ [file]: declared }),
    env: {},
    overrides: { url: database.url, schema: file },
  })
  const result = await revision(project, { message: 'change', autogenerate: true, dryRun: true })
  expect(result.proved).toBe(true)
  return result.source ?? ''
}

const up = (source: string) => source.slice(source.indexOf('function up'), source.indexOf('function down'))
const down = (source: string) => source.slice(source.indexOf('function down'))

describe('a view of a .sql file', () => {
  const table = 'create table users (id int, name text, active bool);\n'

  test('is written as its author wrote it, with comments', async () => {
    const source = await fileFor(`${table}
      create or replace view active_users (id, "the name") as
        -- it's who may log in
        select u.id,
               u.name || '
  ' /* two
                    lines */
        from users u

        where u.active;`)
    expect(up(source)).toContain(`.createView('active_users')
    .columns(['id', 'the name'])
    .as(sql\`
      -- it's who may log in
      select u.id,
             u.name || '
  ' /* two
                  lines */
      from users u

      where u.active
    \`)
    .execute()`)
  })

  test('that changes is written so on the way up, and on the way down as PostgreSQL prints it', async () => {
    const source = await fileFor(
      `${table}create view v as select id,name from users where active;`,
      `${table}create view v as select id,name from users`,
    )
    expect(up(source)).toContain(`.orReplace()
    .as(sql\`
      select id,name from users where active
    \`)`)
    expect(down(source)).toMatch(/\n {6}SELECT (users\.)?id,\n {10}(users\.)?name\n {9}FROM users\n {4}`/)
  })

  test('that stands on a column whose type changes is written so when it is made again', async () => {
    const views = `create view v as select id + 1 as next from users;
      create materialized view m as select next from v with no data;`
    const source = await fileFor(
      `create table users (id bigint); ${views}`,
      `create table users (id int); ${views}`,
    )
    expect(up(source)).toContain('select id + 1 as next from users')
    expect(up(source)).toContain('select next from v\n    with no data')
  })

  test('with a check option or in another schema is written so too', async () => {
    const source = await fileFor(`create schema s; ${table}
      create view s.v with (security_barrier) as select id from public.users where active with local check option;`)
    expect(up(source)).toContain(
      `create view s.v with (security_barrier = true, check_option = 'local') as
    select id from public.users where active
  \``,
    )
  })

  test('that names what another search path finds is written as PostgreSQL prints it', async () => {
    const source = await fileFor(`create schema s; create table s.t (id int);
      set search_path = s; create view v as select id from t; reset search_path;`)
    expect(up(source)).toContain('FROM s.t')
  })

  test('that the declaration changes later is written as PostgreSQL prints it', async () => {
    const source = await fileFor(`${table}create view v as select id from users;
      alter table users rename column id to key;`)
    expect(up(source)).toMatch(/SELECT (users\.)?key AS id/)
  })

  test('keeps its star unless the columns come in another order', async () => {
    const view = 'create view v as select * from users where active;'
    expect(up(await fileFor(table + view, table))).toContain('select * from users where active')
    const live = 'create table users (id int, active bool)'
    const source = up(await fileFor(table + view, live))
    expect(source).toContain('FROM users')
    expect(source).not.toContain('*')
  })
})

describe('a view of a schema.ts', () => {
  test('is written as the template has it, and a query of the builder as PostgreSQL prints it', async () => {
    const source = await fileFor(
      `import { defineSchema } from 'dbmig'
export default defineSchema(({ schema, sql, db }) => [
  schema.createTable('users').addColumn('id', 'integer').addColumn('name', 'text'),
  sql\`
    create view one as
      select id,   name
      from users
  \`,
  schema.createView('two').as(sql\`
    select   name
    from users\`),
  schema.createView('three').as(db.selectFrom('users').select(['id', 'name'])),
  sql\`create view four as \${db.selectFrom('users').select(['id', 'name'])}\`,
])
`,
      '',
      'schema.ts',
    )
    expect(up(source)).toContain('\n      select id,   name\n      from users\n')
    expect(up(source)).toContain('\n      select   name\n      from users\n')
    expect(up(source).match(/SELECT (users\.)?id,\n {10}(users\.)?name\n {9}FROM users/g)).toHaveLength(2)
  })
})
