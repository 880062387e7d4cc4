/** Every mistake that a user can make, through the command line: one clear sentence on stderr, and the right exit code. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import {
  type CliOptions,
  cliPath,
  configFor,
  dbmig,
  revisionText,
  startDbmig,
  tables,
  useProject,
} from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'

/** Runs a command that must fail, and gives what it says. */
async function failure(args: readonly string[], options: CliOptions, exitCode: number): Promise<string> {
  const result = await dbmig(args, options)
  expect(result).toMatchObject({ exitCode, stdout: '' })
  expect(result.stderr).not.toMatch(/\n\s+at |this is a bug/i)
  return result.stderr
}

describe('the command line', () => {
  const cwd = import.meta.dirname

  test('an unknown command is answered with the nearest', async () => {
    expect(await failure(['upgade'], { cwd }, 2)).toContain(
      "unknown command 'upgade'\n(Did you mean upgrade?)",
    )
  })
  test('an unknown command may be called like a method of every object', async () => {
    expect(await failure(['constructor'], { cwd }, 2)).toContain("unknown command 'constructor'")
  })
  test('an unknown flag is answered with the nearest', async () => {
    expect(await failure(['history', '--ofline'], { cwd }, 2)).toContain('(Did you mean --offline?)')
  })
  test('a missing argument is named', async () => {
    expect(await failure(['upgrade'], { cwd }, 2)).toContain("missing required argument 'target'")
  })
  test('a revision needs a message', async () => {
    expect(await failure(['revision'], { cwd }, 2)).toContain("'-m, --message <text>' not specified")
  })
  test('no command at all gives the help, and is a mistake', async () => {
    expect(await failure([], { cwd }, 2)).toContain('Usage: dbmig <command>')
  })
})

describe('the configuration', () => {
  test('none is there', async () => {
    const cwd = useProject({})
    expect(await failure(['history'], { cwd }, 2)).toBe(
      `error: No dbmig configuration in ${cwd} or a folder above it. Run \`dbmig init\` to write one, or name one with --config FILE.`,
    )
  })
  test('has an unknown key', async () => {
    const cwd = useProject({ '.dbmigrc.json': '{ "migration": "./migrations" }' })
    expect(await failure(['history'], { cwd }, 2)).toBe(
      `error: ${join(cwd, '.dbmigrc.json')}: unknown key \`migration\`. Did you mean \`migrations\`?`,
    )
  })
  test('names no database where one is needed', async () => {
    const cwd = useProject({ '.dbmigrc.json': '{}', ...tables('aaa1') })
    expect(await failure(['upgrade', 'head'], { cwd }, 2)).toContain('No database is configured')
    expect(await failure(['current'], { cwd }, 2)).toContain('No database is configured')
    expect(await failure(['check'], { cwd }, 2)).toContain('No database is configured')
  })
  test('names a folder of migrations that is not there', async () => {
    const cwd = useProject({ '.dbmigrc.json': '{}' })
    expect(await failure(['history'], { cwd }, 2)).toContain(
      `The migrations folder ${join(cwd, 'migrations')}`,
    )
  })
})

describe('the database', () => {
  const commands = [
    ['upgrade', 'head'],
    ['current'],
    ['history'],
    ['check'],
    ['revision', '--autogenerate', '-m', 'x'],
  ]
  const files = { ...tables('aaa1'), 'schema.sql': '', '.dbmigrc.json': '{"schema":"schema.sql"}' }

  test.each(commands)('cannot be reached: %s', async (...command) => {
    const cwd = useProject(files)
    const url = 'postgres://me:hush-hush@127.0.0.1:1/shop'
    const said = await failure([...command, '--url', url], { cwd }, 1)
    expect(said).toBe('error: No server listens on 127.0.0.1:1; start PostgreSQL there, or correct the URL.')
  })

  test.each(commands)('refuses the password, which nothing shows: %s', async (...command) => {
    const cwd = useProject(files)
    const url = (await useTestDatabase()).urlAs('postgres', 'wrong-and-secret')
    const { stderr, exitCode } = await dbmig([...command, '--url', url, '--verbose'], { cwd })
    expect(exitCode).toBe(1)
    expect(stderr).toContain('refuses the password of role "postgres"')
    expect(stderr).not.toContain('wrong-and-secret')
  })

  test('has no SSL, which the URL demands: one sentence, without a warning of the driver', async () => {
    const { url } = await useTestDatabase()
    const cwd = useProject({
      'dbmig.config.js': configFor(`${url}?sslmode=require`),
      'migrations/README.md': '',
    })
    const said = await failure(['current'], { cwd }, 1)
    expect(said).toMatch(/SSL/)
    expect(said.trim().split('\n')).toHaveLength(1)
  })

  test('does not exist', async () => {
    const cwd = useProject(files)
    const url = new URL((await useTestDatabase()).url)
    url.pathname = '/no_such_database'
    const said = await failure(['upgrade', 'head', '--url', url.href], { cwd }, 1)
    expect(said).toMatch(/There is no database "no_such_database" on .*; create it, or correct the URL\./)
    expect(said).not.toContain(url.password)
  })

  test('lets the role do nothing', async () => {
    const cwd = useProject(files)
    const database = await useTestDatabase()
    const role = `${database.name}_reader`
    await database.query(`create role ${role} login password 'secret-of-the-role'`)
    await database.query('revoke all on schema public from public')
    const url = database.urlAs(role, 'secret-of-the-role')
    try {
      const said = await failure(['upgrade', 'head', '--url', url], { cwd }, 1)
      expect(said).toMatch(
        /The role .* may not read the ledger .* or let the owner of the ledger run: grant usage on schema "public" to /,
      )
      expect(
        await database.query(`select 1 from pg_class where relname in ('t_aaa1', 'dbmig_version')`),
      ).toEqual([])
    } finally {
      await database.query(`drop owned by ${role}; drop role ${role}`)
    }
  })
})

describe('the schema', () => {
  async function check(files: Readonly<Record<string, string>>, exitCode = 1): Promise<[string, string]> {
    const { url } = await useTestDatabase()
    const cwd = useProject({ 'dbmig.config.js': configFor(url), 'migrations/README.md': '', ...files })
    return [await failure(['check'], { cwd }, exitCode), cwd]
  }

  test('is missing', async () => {
    const [said, cwd] = await check({}, 2)
    expect(said).toBe(
      `error: The schema file ${join(cwd, 'schema.ts')} does not exist. Create it, or correct \`schema\` in the configuration.`,
    )
  })
  test('throws', async () => {
    const [said, cwd] = await check({ 'schema.ts': `throw new Error('out of order')` })
    expect(said).toContain(
      `The schema file ${join(cwd, 'schema.ts')} threw: out of order. Correct it and try again.`,
    )
  })
  test('throws inside defineSchema', async () => {
    const source = `import { defineSchema } from 'dbmig'\nexport default defineSchema(() => { throw new Error('out of order') })`
    const [said] = await check({ 'schema.ts': source })
    expect(said).toContain('threw: out of order')
  })
  test('exports something else', async () => {
    const [said] = await check({ 'schema.ts': 'export const tables = []' })
    expect(said).toContain('must export what defineSchema gives as its default, but it exports only `tables`')
  })
  test('has a syntax error', async () => {
    const [said, cwd] = await check({ 'schema.ts': 'export default {\n  one: 1,\n  two: = 2\n}\n' })
    expect(said).toContain(`${join(cwd, 'schema.ts')}:3 has a syntax error`)
  })
  test('holds a statement that PostgreSQL refuses', async () => {
    const source = `import { defineSchema } from 'dbmig'
export default defineSchema(({ sql }) => [sql\`create table thing (id nosuchtype)\`])`
    const [said] = await check({ 'schema.ts': source })
    expect(said).toContain('type "nosuchtype" does not exist')
    expect(said).toContain('create table thing (id nosuchtype)')
  })
})

describe('a revision file', () => {
  async function history(
    files: Readonly<Record<string, string>>,
  ): Promise<[string, (file: string) => string]> {
    const cwd = useProject({ '.dbmigrc.json': '{}', ...files })
    return [await failure(['history'], { cwd }, 1), (file) => join(cwd, 'migrations', file)]
  }

  test('has no header', async () => {
    const [said, path] = await history({ 'migrations/a.ts': 'export const up = () => {}' })
    expect(said).toContain(`${path('a.ts')} is no revision: it exports no \`revision\` and \`downRevision\`.`)
  })
  test('has a syntax error', async () => {
    const [said, path] = await history({ 'migrations/a.ts': 'const a = 1\nexport const revision = = 1\n' })
    expect(said).toContain(`${path('a.ts')}:2 has a syntax error`)
  })
  test('has the id of another', async () => {
    const [said, path] = await history({
      'migrations/a.ts': revisionText({ revision: 'aaa1' }),
      'migrations/b.ts': revisionText({ revision: 'aaa1' }),
    })
    expect(said).toBe(
      `error: Two files declare revision "aaa1": ${path('a.ts')} and ${path('b.ts')}. Give one of them another id.`,
    )
  })
  test('follows a revision that does not exist', async () => {
    const [said, path] = await history({
      'migrations/a.ts': revisionText({ revision: 'aaa1' }),
      'migrations/b.ts': revisionText({ revision: 'bbb2', down: 'aaa2' }),
    })
    expect(said).toBe(
      `error: Revision bbb2 (${path('b.ts')}) follows "aaa2", and no file declares that. Did you mean "aaa1"? Restore the file, or correct downRevision.`,
    )
  })
  test('is in a cycle', async () => {
    const [said] = await history({
      'migrations/a.ts': revisionText({ revision: 'aaa1', down: 'bbb2' }),
      'migrations/b.ts': revisionText({ revision: 'bbb2', down: 'aaa1' }),
    })
    expect(said).toMatch(
      /The revisions form a cycle, where each follows the next: (aaa1, bbb2, aaa1|bbb2, aaa1, bbb2)\./,
    )
  })
})

describe('a migration', () => {
  test('that throws half-way leaves nothing of itself, and what ran before stays', async () => {
    const database = await useTestDatabase()
    const up = `  await db.schema.createTable('half').addColumn('id', 'integer').execute()
  await sql\`insert into nowhere values (1)\`.execute(db)`
    const cwd = useProject({
      'dbmig.config.js': configFor(database.url),
      ...tables('aaa1'),
      'migrations/bbb2.ts': revisionText({ revision: 'bbb2', down: 'aaa1', up }),
    })
    const { exitCode, stdout, stderr } = await dbmig(['upgrade', 'head'], { cwd })
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toContain(
      `error: Revision bbb2 (${join(cwd, 'migrations/bbb2.ts')}) failed on the way up: relation "nowhere" does not exist (SQLSTATE 42P01). Nothing of it remains; correct the file and run again.`,
    )
    expect(stderr).toContain('1 | insert into nowhere values (1)\n                ^')
    expect(await database.query(`select relname from pg_class where relname in ('half', 't_aaa1')`)).toEqual([
      { relname: 't_aaa1' },
    ])
    const { stdout: current } = await dbmig(['current', '--json'], { cwd })
    expect(JSON.parse(current)).toMatchObject({ heads: ['aaa1'], pending: 1 })
  })

  test('whose code throws is named with the line', async () => {
    const { url } = await useTestDatabase()
    const up = `  throw new Error('not today')`
    const cwd = useProject({
      'dbmig.config.js': configFor(url),
      'migrations/a.ts': revisionText({ revision: 'aaa1', up }),
    })
    const { stderr } = await dbmig(['upgrade', 'head'], { cwd })
    expect(stderr).toContain('not today')
    expect(stderr).toMatch(/a\.ts:\d+/)
  })

  test('that quotes the URL shows no password', async () => {
    const { url } = await useTestDatabase()
    const up = `  throw new Error('cannot use ' + ${JSON.stringify(url)})`
    const cwd = useProject({
      'dbmig.config.js': configFor(url),
      'migrations/a.ts': revisionText({ revision: 'aaa1', up }),
    })
    const { stderr } = await dbmig(['upgrade', 'head', '--verbose'], { cwd })
    expect(stderr).toContain('cannot use postgres://')
    expect(stderr).not.toContain(new URL(url).password)
  })
})

test('an error has a stack only with --verbose', async () => {
  const cwd = useProject({})
  expect((await dbmig(['history'], { cwd })).stderr).not.toContain('    at ')
  const { stderr } = await dbmig(['history', '--verbose'], { cwd })
  expect(stderr).toContain('(CONFIG_NOT_FOUND)')
  expect(stderr).toContain('    at ')
})

test('a database that cannot be reached is not changed into a history without it', async () => {
  const cwd = useProject({ 'dbmig.config.js': configFor('postgres://me@127.0.0.1:1/x'), ...tables('aaa1') })
  await failure(['history'], { cwd }, 1)
  expect((await dbmig(['history', '--offline'], { cwd })).exitCode).toBe(0)
  expect(existsSync(join(cwd, '.dbmig'))).toBe(false)
})

describe('code that ends the command', () => {
  const endings = {
    'process.exit()':
      'a revision, the schema or the configuration called process.exit(), which ends dbmig as well',
    'process.exit(3)': 'called process.exit(3), which ends dbmig as well',
    "void Promise.reject(new Error('stray.')); await sql`select pg_sleep(1)`.execute(db)":
      'error: stray: this failed in a promise or a callback that nothing waits for',
  }
  for (const [statement, message] of Object.entries(endings)) {
    test(`is no success: ${statement}`, async () => {
      const database = await useTestDatabase()
      const cwd = useProject({
        'dbmig.config.mjs': configFor(database.url),
        'migrations/a1.ts': revisionText({ revision: 'a1', up: statement }),
      })
      expect(await failure(['upgrade', 'head'], { cwd }, 1)).toContain(message)
      expect(await database.query('select * from dbmig_version')).toEqual([])
    })
  }

  test('is told also where nothing is left to wait for', async () => {
    const cwd = useProject({
      'dbmig.config.mjs': 'export default {}',
      'migrations/a1.ts': revisionText({
        revision: 'a1',
        up: 'await new Promise(() => {})',
      }),
    })
    expect(await failure(['upgrade', 'head', '--sql'], { cwd }, 1)).toContain('waits for what never comes')
  })

  test('is not the end of who reads the progress', async () => {
    const database = await useTestDatabase()
    const cwd = useProject({
      'dbmig.config.mjs': configFor(database.url),
      'migrations/a1.ts': revisionText({ revision: 'a1' }),
      'migrations/a2.ts': revisionText({ revision: 'a2', down: 'a1' }),
    })
    const run = startDbmig(['upgrade', 'head'], { cwd })
    run.stderr?.destroy()
    expect((await run).exitCode).toBe(0)
    const rows = await database.query('select revision from dbmig_version order by 1')
    expect(rows).toEqual([{ revision: 'a1' }, { revision: 'a2' }])
  })

  test.skipIf(!existsSync('/dev/full'))('is told where stdout takes no result', async () => {
    const cwd = useProject({
      'dbmig.config.mjs': 'export default {}',
      'migrations/a1.ts': revisionText({ revision: 'a1' }),
    })
    const full = ['-c', '"$@" > /dev/full', 'sh', process.execPath, cliPath, 'history']
    const { exitCode, stderr } = await execa('sh', full, { cwd, reject: false })
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^error: The result cannot be written to stdout \(ENOSPC/),
    })
  })
})
