/** That no password is in any output, nor in what is written: over every command, so that a new one is covered. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { configFor, dbmig, revisionText, tables, useProject } from '../support/cli.ts'
import { type TestDatabase, useTestDatabase } from '../support/database.ts'
import { useManyRuns } from '../support/many.ts'

/** With all that must be written as %XX in a URL. Each part of it is a secret. */
const password = "s3cr3t/h#sh:it@q'uiet"
const secrets = /s3cr3t|h#sh|h%23sh|q'uiet|q%27uiet|pg-hidden/i

/** What each command is tried with; whether it succeeds does not matter. */
const commands: Readonly<Record<string, readonly string[]>> = {
  init: ['init', 'new'],
  'list-templates': ['list-templates'],
  import: ['import', 'kysely', 'old'],
  pull: ['pull', '--dry-run'],
  revision: ['revision', '--autogenerate', '-m', 'x', '--dry-run'],
  edit: ['edit', 'head'],
  merge: ['merge'],
  rebase: ['rebase', '--dry-run'],
  squash: ['squash', 'aaa1:bbb2', '--dry-run'],
  check: ['check'],
  diff: ['diff'],
  types: ['types'],
  diagram: ['diagram'],
  log: ['log'],
  upgrade: ['upgrade', 'head'],
  downgrade: ['downgrade', 'base'],
  resolve: ['resolve', 'aaa1', '--applied'],
  stamp: ['stamp', 'head'],
  current: ['current'],
  history: ['history'],
  heads: ['heads'],
  branches: ['branches'],
  show: ['show', 'head'],
  'ensure-version': ['ensure-version'],
}

const withoutConfiguration = new Set(['init', 'list-templates'])

const files = {
  ...tables('aaa1', 'bbb2'),
  'old/1-a.ts': 'export async function up() {}\n',
  'schema.sql': 'create table t (id int);',
}
const env = { PGPASSWORD: 'pg-hidden', EDITOR: 'true', VISUAL: '' }

/** A URL with a role of this test's own and the password. */
async function useSecretUrl(): Promise<{ database: TestDatabase; url: string }> {
  const database = await useTestDatabase()
  const role = `secret_${database.name}`
  await database.query(`create role ${role} superuser login password '${password.replaceAll("'", "''")}'`)
  onTestFinished(async () => {
    await database.query(`drop owned by ${role} cascade; drop role ${role}`)
  })
  return { database, url: database.urlAs(role, encodeURIComponent(password)) }
}

/**
 * Runs a command as text and as JSON, and holds that neither tells a secret, nor the files beside the configuration.
 *
 * @param runOne each in a process of its own, unless told
 */
async function holdsNone(
  args: readonly string[],
  project: Readonly<Record<string, string>>,
  runOne = (argv: readonly string[], cwd: string) => dbmig(argv, { cwd, env }),
): Promise<string> {
  const cwd = useProject({ ...files, ...project })
  let all = ''
  for (const flags of [['--verbose'], ['--verbose', '--json']]) {
    const { stdout, stderr } = await runOne([...args, ...flags], cwd)
    expect(stdout, `${args.join(' ')} ${flags.join(' ')}`).not.toMatch(secrets)
    expect(stderr, `${args.join(' ')} ${flags.join(' ')}`).not.toMatch(secrets)
    all += `${stdout}\n${stderr}\n`
  }
  for (const entry of readdirSync(cwd, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || /node_modules|dbmig\.config|throws/.test(path)) continue
    expect(readFileSync(path, 'utf8'), path).not.toMatch(secrets)
  }
  return all
}

const throws = (url: string) =>
  `throw new Error('cannot use ' + ${JSON.stringify(url)} + ' nor ' + ${JSON.stringify(decodeURIComponent(url))})`

test('every command is tried', async () => {
  const { stdout } = await dbmig(['--help'], { cwd: import.meta.dirname })
  const [, listed = ''] = /\nCommands:\n([\s\S]*)$/.exec(stdout) ?? []
  const names = [...listed.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name)
  expect(names.filter((name) => name !== 'help' && commands[name] === undefined)).toEqual([])
})

test.each(Object.entries(commands))(
  '%s tells no password, whether it succeeds or fails',
  async (name, args) => {
    const { url } = await useSecretUrl()
    const runInOne = useManyRuns(env)
    const schema = { schema: 'schema.sql' }
    const configOf = (to: string) => `export default ${JSON.stringify({ url: to, ...schema })}\n`
    await holdsNone(args, { 'dbmig.config.mjs': configOf(url) }, runInOne)
    // Nobody listens; the password is wrong.
    const unreachable = new URL(url)
    unreachable.port = '1'
    await holdsNone(args, { 'dbmig.config.mjs': configOf(unreachable.href) }, runInOne)
    const refused = new URL(url)
    refused.password = `${refused.password}x`
    await holdsNone([...args, '--url', refused.href], { 'dbmig.config.mjs': configOf(url) }, runInOne)
    const said = await holdsNone(args, { 'dbmig.config.mjs': `${throws(url)}\n` }, runInOne)
    expect(said).toMatch(withoutConfiguration.has(name) ? /\S/ : /cannot use .*cannot use/s)
  },
  240_000,
)

test('a revision that throws with the URL, prints it, or sends it, tells no password, in the log neither', async () => {
  const { database, url } = await useSecretUrl()
  for (const up of [
    throws(url),
    `const { Client } = {}; console.log(${JSON.stringify(url)}); throw new Error('x', { cause: new Error(${JSON.stringify(url)}) })`,
    `  await sql\`do $$ begin raise exception 'no ${url.replaceAll("'", "''")}' using detail = '${url.replaceAll("'", "''")}'; end $$\`.execute(db)`,
    "  await sql`create role x superuser login password 's3cr3t' wrong`.execute(db)",
  ]) {
    const revision = revisionText({ revision: 'ccc3', down: 'bbb2', up })
    const said = await holdsNone(['upgrade', 'head'], {
      'dbmig.config.mjs': configFor(url),
      'migrations/throws.ts': revision,
    })
    expect(said).toContain('Revision ccc3')
  }
  const rows = await database.query<{ text: string }>(
    'select l::text as text from dbmig_log l union all select v::text from dbmig_version v',
  )
  expect(rows.length).toBeGreaterThan(5)
  expect(rows.map(({ text }) => text).join('\n')).not.toMatch(secrets)
})

test('a revision outside a transaction leaves no password in the ledger', async () => {
  const { database, url } = await useSecretUrl()
  await holdsNone(['upgrade', 'head'], {
    'dbmig.config.mjs': configFor(url),
    'migrations/throws.ts': revisionText({
      revision: 'ccc3',
      down: 'bbb2',
      more: 'export const config = { transaction: false }',
      up: "  await sql`create role x superuser login password 's3cr3t' wrong`.execute(db)",
    }),
  })
  const rows = await database.query<{ text: string }>(
    'select l::text as text from dbmig_log l union all select v::text from dbmig_version v',
  )
  expect(rows.map(({ text }) => text).join('\n')).not.toMatch(secrets)
})

test.each([
  ['dollar quotes', 'alter role nix encrypted password $$s3cr3t$$', '$$***$$'],
  ['quotes inside of a body', "do $$ begin execute 'alter role nix password ''s3cr3t'''; end $$", "''***''"],
  [
    'options',
    'create server nix foreign data wrapper nix options (user $$u$$, password $$s3cr3t$$)',
    '$$***$$',
  ],
  ['a comment before it', "alter role nix password /* x */ 's3cr3t'", "/* x */ '***'"],
])(
  'a password in %s is told by no failure, and stands in the script that is asked for',
  async (_, sql, masked) => {
    const { url } = await useSecretUrl()
    for (const more of ['', 'export const config = { transaction: false }']) {
      const project = {
        'dbmig.config.mjs': configFor(url),
        'migrations/throws.ts': revisionText({
          revision: 'ccc3',
          down: 'bbb2',
          more,
          up: `  await sql\`${sql.replaceAll('$', '\\$')}\`.execute(db)`,
        }),
      }
      const cwd = useProject({ ...files, ...project })
      for (const args of [['base:head'], ['head', '--dry-run']]) {
        const { stdout } = await dbmig(['upgrade', ...args, '--sql'], { cwd })
        expect(stdout).toContain(sql)
      }
      const said = await holdsNone(['upgrade', 'head'], project)
      expect(said).toContain(masked)
    }
  },
)

test('a schema that throws with the URL tells no password', async () => {
  const { url } = await useSecretUrl()
  const config = `export default ${JSON.stringify({ url, schema: 'throws.ts' })}\n`
  await holdsNone(['stamp', 'head'], { 'dbmig.config.mjs': configFor(url) })
  const said = await holdsNone(['check'], { 'dbmig.config.mjs': config, 'throws.ts': `${throws(url)}\n` })
  expect(said).toContain('cannot use')
})

test('a plan holds no password', async () => {
  const { url } = await useSecretUrl()
  await holdsNone(['upgrade', 'head', '--plan', 'plan.json'], { 'dbmig.config.mjs': configFor(url) })
})
