/** `dbmig diagram` as users start it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cliPath, dbmig, quiet, revisionText, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'
import { readDbml, readDot, readMermaid } from '../support/pictures.ts'

const schema = `
create type mood as enum ('sad', 'ok');
create table users (id int primary key, email text not null unique, mood mood);
create table orders (id int primary key, user_id int not null references users);
`

async function useDiagrams() {
  const database = await useTestDatabase()
  const cwd = useProject({
    '.dbmigrc.json': JSON.stringify({ url: database.url, schema: 'schema.sql' }),
    'schema.sql': schema,
    'migrations/aaa1.ts': revisionText({
      revision: 'aaa1',
      up: `await sql\`create table users (id int primary key, email varchar(20))\`.execute(db)`,
    }),
  })
  return { cwd, database, diagram: (...args: string[]) => dbmig(['diagram', ...args], { cwd }) }
}

describe('dbmig diagram', () => {
  test('prints the target as PlantUML, or as the format that is asked for', async () => {
    const { diagram } = await useDiagrams()
    const { stdout, exitCode } = await diagram()
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^@startuml\n[\s\S]*public\.users \|\|--o\{ public\.orders\n[\s\S]*@enduml$/)
    const mermaid = await readMermaid((await diagram('--format', 'mermaid')).stdout)
    expect(mermaid.relations).toEqual([
      {
        from: 'users',
        to: 'orders',
        label: 'orders_user_id_fkey',
        fromEnd: 'ONLY_ONE',
        toEnd: 'ZERO_OR_MORE',
      },
    ])
    expect(readDbml((await diagram('--format', 'dbml')).stdout).enums).toEqual([
      { name: 'mood', labels: ['sad', 'ok'] },
    ])
    expect((await readDot((await diagram('--format', 'dot')).stdout)).nodes).toHaveLength(3)
  })

  test('writes the file whose extension says the format, and nothing where it is the same', async () => {
    const { diagram, cwd } = await useDiagrams()
    expect(await diagram('-o', 'docs/er.svg')).toEqual({
      exitCode: 0,
      stdout: 'wrote docs/er.svg',
      stderr: '',
    })
    expect(await diagram('-o', 'docs/er.svg')).toEqual({
      exitCode: 0,
      stdout: 'docs/er.svg is up to date.',
      stderr: '',
    })
    expect(readFileSync(join(cwd, 'docs/er.svg'), 'utf8')).toMatch(/^<\?xml[\s\S]*>users<[\s\S]*<\/svg>\s*$/)
  })

  test('--check exits with 3 where the file is stale, and says what writes it', async () => {
    const { diagram, cwd } = await useDiagrams()
    await diagram('--around', 'users', '--depth', '0', '-o', 'er.mmd')
    expect(await diagram('--around', 'users', '--depth', '0', '--check', 'er.mmd')).toMatchObject({
      exitCode: 0,
      stdout: 'er.mmd is up to date.',
    })
    writeFileSync(join(cwd, 'schema.sql'), schema.replace('email text', 'email varchar(80)'))
    expect(await diagram('--around', 'users', '--depth', '0', '--check', 'er.mmd')).toEqual({
      exitCode: 3,
      stdout:
        'er.mmd is not what it should be for the declared schema: dbmig diagram --around users --depth 0 -o er.mmd writes it.',
      stderr: '',
    })
    expect(await diagram('--check', 'none.mmd')).toEqual({
      exitCode: 3,
      stdout: '',
      stderr:
        'error: There is no file none.mmd to check. Write it first, without --check, or correct the path.',
    })
  })

  test('draws the live database, and a revision', async () => {
    const { diagram, database } = await useDiagrams()
    await database.query('create table there (id int)')
    expect((await diagram('--live', '--format', 'mermaid')).stdout).toBe(
      'erDiagram\n  %% Written by `dbmig diagram`, which replaces it.\n  "there" {\n    integer id\n  }',
    )
    expect((await diagram('--at', 'aaa1', '--format', 'mermaid')).stdout).toBe(
      'erDiagram\n  %% Written by `dbmig diagram`, which replaces it.\n  "users" {\n    integer id PK\n    varchar(20) email\n  }',
    )
  })

  test('draws a difference with what was added, removed and changed', async () => {
    const { diagram } = await useDiagrams()
    const { stdout } = await diagram('--diff', 'aaa1..target', '--format', 'mermaid', '--only', 'users')
    expect(stdout).toContain('"users"["users (changed#58; constraint users_email_key added)"]:::changed {')
    expect(stdout).toContain('text email UK "not null#59; changed#58; type varchar(20) → text, not null"')
    expect(stdout).toContain('mood mood "added"')
  })

  test('of an empty schema says that there is nothing to draw', async () => {
    const { diagram } = await useDiagrams()
    expect(await diagram('--live', '--format', 'mermaid')).toEqual({
      exitCode: 0,
      stdout: 'erDiagram\n  %% Written by `dbmig diagram`, which replaces it.',
      stderr: 'There is nothing to draw in the live database.',
    })
  })

  test.each([
    [
      ['-o', 'er.png'],
      'The name of er.png says no format. Let it end in .puml, .plantuml, .mmd, .mermaid, .dot, .gv, .dbml or .svg, or say --format.',
    ],
    [
      ['--format', 'dot', '-o', 'er.svg'],
      'The name of er.svg says svg, and --format says dot. Leave out --format, or let the name end otherwise.',
    ],
    [
      ['--only', 'user'],
      '--only "user" names no table, view or enum in the declared schema. Did you mean "users"?',
    ],
    [['-o', 'migrations'], 'migrations is a folder. Name a file in it, or another place.'],
    [
      ['--depth', '2'],
      '--depth says how far the picture goes from a table, or from what differs. Write --around TABLE with it, or --diff A..B.',
    ],
    [
      ['--diff', 'aaa1..target', '--live'],
      '--diff aaa1..target says both states, and --live and --at say one more. Leave out one of the two.',
    ],
    [
      ['-o', 'a.svg', '--check', 'b.svg'],
      '--check says which file is compared, and writes none. Leave out --output.',
    ],
  ])('%j is refused', async (args, message) => {
    const { diagram } = await useDiagrams()
    expect(await diagram(...args)).toEqual({ exitCode: 2, stdout: '', stderr: `error: ${message}` })
  })

  test('replaces what it has written in any format, and nothing that somebody else has', async () => {
    const { diagram, cwd } = await useDiagrams()
    for (const format of ['plantuml', 'mermaid', 'dot', 'dbml', 'svg', 'plantuml'])
      expect(await diagram('--format', format, '-o', 'er')).toMatchObject({ stdout: 'wrote er' })
    const before = readFileSync(join(cwd, 'schema.sql'), 'utf8')
    expect(await diagram('--format', 'mermaid', '-o', 'schema.sql')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `error: ${join(cwd, 'schema.sql')} is there already, and dbmig diagram has not written it, so it stays as it is. Name another file, or move that one away.`,
    })
    expect(readFileSync(join(cwd, 'schema.sql'), 'utf8')).toBe(before)
  })

  test('asks for the package that lays SVG out where it is not installed', async () => {
    const { cwd } = await useDiagrams()
    const hide = join(cwd, 'hide.mjs')
    writeFileSync(
      hide,
      `import { register } from 'node:module'
register('data:text/javascript,' + encodeURIComponent(\`export async function resolve(specifier, context, next) {
  if (specifier === '@viz-js/viz') throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })
  return next(specifier, context)
}\`))`,
    )
    const { execa } = await import('execa')
    const { exitCode, stderr } = await execa(
      process.execPath,
      ['--import', hide, cliPath, 'diagram', '--format', 'svg'],
      { cwd, env: quiet, reject: false },
    )
    expect(exitCode).toBe(2)
    expect(stderr).toBe(
      'error: SVG needs the package @viz-js/viz; install it with `npm install --save-dev @viz-js/viz`, or choose another format.',
    )
  })
})
