import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { revision } from '../../src/authoring/revision.ts'
import { readTemplate } from '../../src/authoring/template.ts'
import { check } from '../../src/comparison/check.ts'
import { loadProject } from '../../src/config/project.ts'
import { parseHeader } from '../../src/graph/header.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'
import { useFolder, writeFiles } from '../support/folder.ts'

const whole = `/**
 * {{message}}
 *
 * @since 2.0
 * Create date: {{createDate}}
 */
{{imports}}

{{header}}

export async function up(db: Kysely<any>) {
  await sql\`set local lock_timeout = '3s'\`.execute(db)
  {{up}}
}

export async function down(db: Kysely<any>) {
  {{down}}
}
`

/** Reads a text as the template of a project. */
async function read(text: string, name = 'revision.ts.template') {
  const folder = useFolder()
  writeFiles(folder, { [name]: text })
  return readTemplate({ template: join(folder, name) })
}

/** What is said about a text, with the folder's name taken off. */
async function fault(text: string, name?: string): Promise<string> {
  const error: unknown = await read(text, name).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toMatchObject({ exitCode: 2, code: expect.stringMatching(/^AUTHORING_TEMPLATE_/) })
  return error instanceof Error ? error.message.replace(/\S*\/(?=revision)/g, '') : ''
}

describe('a template', () => {
  test('is given as it stands, in the language of its extension', async () => {
    expect(await read(whole)).toEqual({ language: 'typescript', text: whole })
    expect(await read(whole, 'revision.mts')).toMatchObject({ language: 'typescript' })
    expect(await read(whole, 'revision.template')).toMatchObject({ language: 'typescript' })
    expect(await read(whole, 'revision.mjs.template')).toMatchObject({ language: 'javascript' })
    expect(await read(whole, 'revision.js')).toMatchObject({ language: 'javascript' })
  })

  test('may be saved by an editor of Windows', async () => {
    const saved = `\uFEFF${whole.replaceAll('\n', '\r\n')}`
    expect(await read(saved)).toMatchObject({ text: whole })
  })

  test('may import sql itself', async () => {
    const text = whole.replace('{{imports}}', "import {\n  type Kysely,\n  sql,\n} from 'kysely'")
    expect(await read(text)).toMatchObject({ text })
  })

  test('may leave out the message, the date and the id', async () => {
    const text = whole.replace(/\/\*\*[\s\S]*?\*\/\n/, '')
    expect(await read(text)).toMatchObject({ text })
  })
})

describe('what is wrong with a template is one sentence:', () => {
  test('it is not there', async () => {
    await expect(readTemplate({ template: '/nosuch/revision.ts' })).rejects.toMatchObject({
      exitCode: 2,
      message:
        'The template /nosuch/revision.ts does not exist. Correct `template` in the configuration, or remove it to use the built-in text.',
    })
  })

  test('it is a folder', async () => {
    const folder = useFolder()
    mkdirSync(join(folder, 'revision.ts'))
    await expect(readTemplate({ template: join(folder, 'revision.ts') })).rejects.toThrow(
      /^The template .*revision\.ts cannot be read: EISDIR.* Correct `template` in the configuration\.$/,
    )
  })

  test('it is for CommonJS', async () => {
    expect(await fault(whole, 'revision.cjs')).toBe(
      "The template revision.cjs is for .cjs files, which cannot hold a revision's exports. Use .ts, .mts, .js or .mjs.",
    )
  })

  test('it has a token that is none, which is named with its line', async () => {
    expect(await fault(whole.replace('{{message}}', '{{mesage}}'))).toBe(
      'revision.ts.template:2: {{mesage}} is no token of a template. Did you mean {{message}}?',
    )
    expect(await fault(whole.replace('@since 2.0', '{{author}}'))).toBe(
      'revision.ts.template:4: {{author}} is no token of a template. Use {{message}} {{createDate}} {{revision}} {{header}} {{imports}} {{up}} {{down}}.',
    )
  })

  test('it lacks what a revision consists of', async () => {
    expect(await fault(whole.replace('{{header}}', ''))).toBe(
      "The template revision.ts.template lacks {{header}}. Put it where the revision's own part belongs.",
    )
    expect(await fault('{{header}}')).toBe(
      "The template revision.ts.template lacks {{up}} and {{down}}. Put them where the revision's own part belongs.",
    )
  })

  test.each(["import type { Kysely } from 'kysely'", "import { sql as tag } from 'kysely'", '// import sql'])(
    'it has no sql: %s',
    async (line) => {
      expect(await fault(whole.replace('{{imports}}', line))).toBe(
        "The template revision.ts.template neither has {{imports}} nor imports `sql`, which statements may need. Put {{imports}} above {{header}}, or add `import { sql } from 'kysely'`.",
      )
    },
  )

  test('it imports twice what is imported', async () => {
    expect(await fault(`import { sql } from 'kysely'\n${whole}`)).toBe(
      'The template revision.ts.template imports `sql`, and so does its {{imports}}. Remove one of the two.',
    )
    expect(await fault(`import type { Kysely } from 'kysely'\n${whole}`)).toContain('imports `Kysely`')
  })

  test.each([' {{header}}', '// {{header}}', '/* {{header}} */', '{{header}}\n{{header}}'])(
    'its header would not be read: %s',
    async (header) => {
      expect(await fault(whole.replace('{{header}}', header))).toBe(
        'The header of revisions from the template revision.ts.template could not be read. Put {{header}} once, at the beginning of a line of its own and outside of comments.',
      )
    },
  )

  test('its message would not be read', async () => {
    expect(await fault(`// (c) Example\n\n${whole}`)).toBe(
      'The message of revisions from the template revision.ts.template would be read as "(c) Example". Make {{message}} the first line of a comment at the top of the file.',
    )
    expect(await fault(`import 'x'\n${whole}`)).toContain('would be read as nothing.')
  })
})

describe('revision', () => {
  async function write(template: string, text: string) {
    const folder = useProject({ [template]: text })
    const project = await loadProject({ cwd: folder, env: {}, config: { template, fileTemplate: '{slug}' } })
    return { folder, written: revision(project, { message: 'add users' }) }
  }

  test('writes its file from the template, under its extension', async () => {
    const { folder, written } = await write('t/revision.mjs.template', whole.replaceAll(': Kysely<any>', ''))
    const { path, source } = await written
    expect(path).toBe(join(folder, 'migrations/add_users.mjs'))
    expect(source).toContain("import { sql } from 'kysely'\n")
    expect(source).toContain('@since 2.0')
    expect(parseHeader(source ?? '')).toMatchObject({ message: 'add users', branchLabels: [] })
  })

  test('writes nothing where what it would write cannot be loaded', async () => {
    const { folder, written } = await write('t.ts.template', `${whole}\n)`)
    await expect(written).rejects.toThrow('cannot be loaded: Unexpected token. Correct the template.')
    expect(existsSync(join(folder, 'migrations'))).toBe(false)
  })

  test('writes nothing where the template is wrong', async () => {
    const { folder, written } = await write('revision.ts', '{{up}}')
    await expect(written).rejects.toThrow('lacks {{header}} and {{down}}')
    expect(existsSync(join(folder, 'migrations'))).toBe(false)
  })
})

describe('revision --autogenerate', () => {
  const target = `create table t (id int primary key);
    create function f() returns text language sql as $$
select 'a
  b'
$$;`

  async function generate(template: string, text: string) {
    const { url } = await useTestDatabase()
    const cwd = useProject({ 'schema.sql': target, [template]: text })
    const config = { url, schema: 'schema.sql', template }
    const project = await loadProject({ cwd, env: {}, config })
    return { project, written: revision(project, { message: 'change', autogenerate: true }) }
  }

  test.each([
    ['revision.ts.template', whole.replaceAll('  {{', '      {{')],
    ['revision.mjs.template', whole.replaceAll(': Kysely<any>', '').replaceAll('  {{', '\t{{')],
  ])('proves the text as it is written from %s, and upgrade leads to the schema', async (name, text) => {
    const { project, written } = await generate(name, text)
    expect(await written).toMatchObject({ proved: true })
    expect((await written).source).toContain("set local lock_timeout = '3s'")
    await upgrade(project, { target: 'head' })
    expect(await check(project)).toMatchObject({ upToDate: true })
  })

  test('fails before the comparison where the template cannot be loaded', async () => {
    const { project, written } = await generate(
      't.ts.template',
      whole.replace('{{imports}}', "{{imports}}\nimport './nosuch.ts'"),
    )
    await expect(written).rejects.toMatchObject({
      code: 'AUTHORING_TEMPLATE_NOT_LOADED',
      message: `Revisions from the template ${project.template} cannot be loaded: Cannot find module './nosuch.ts'. Correct the template.`,
    })
    const { written: broken } = await generate('t.ts.template', `${whole}\n)`)
    await expect(broken).rejects.toThrow('cannot be loaded: Unexpected token. Correct the template.')
    expect(existsSync(join(project.root, 'migrations'))).toBe(false)
  })

  test('fails in the proof where the template does something of its own', async () => {
    const more = whole.replace('{{up}}', '{{up}}\n  await sql`create table more (id int)`.execute(db)')
    const { project, written } = await generate('t.ts.template', more)
    await expect(written).rejects.toMatchObject({
      code: 'AUTHORING_PROOF_DIFFERS',
      detail: expect.stringContaining('drop table public.more'),
    })
    expect(existsSync(join(project.root, 'migrations'))).toBe(false)
  })
})
