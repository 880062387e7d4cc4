import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadProject, requireUrl } from '../../src/config/project.ts'
import { DbmigError } from '../../src/errors.ts'
import { rejectionOf, temporaryProject } from '../loader/temporary-project.ts'

type Options = Partial<Parameters<typeof loadProject>[0]>

function loadIn(files: Record<string, string>, options: Options = {}) {
  const { root, path } = temporaryProject(files)
  return { root, path, project: loadProject({ cwd: root, env: {}, ...options }) }
}

async function failure(files: Record<string, string>, options: Options = {}) {
  const { root, path, project } = loadIn(files, options)
  const error = await rejectionOf(project)
  expect(error).toBeInstanceOf(DbmigError)
  const { code, message, exitCode } = error as DbmigError
  expect(exitCode).toBe(2)
  return { root, path, code, message }
}

const module = (config: string) => ({ 'dbmig.config.ts': `export default ${config}\n` })

test('an empty configuration has every default, and absolute paths', async () => {
  const { root, path, project } = loadIn(module('{}'))
  expect(await project).toEqual({
    root,
    file: path('dbmig.config.ts'),
    url: undefined,
    migrations: [path('migrations')],
    recursive: false,
    schema: [path('schema.ts')],
    schemas: undefined,
    manage: [],
    versionTable: 'dbmig_version',
    versionSchema: 'public',
    tenantSchema: undefined,
    databases: undefined,
    transaction: 'revision',
    lockTimeout: '5s',
    statementTimeout: undefined,
    retries: 10,
    shadow: undefined,
    include: undefined,
    exclude: undefined,
    fileTemplate: '{year}{month}{day}{hour}{minute}_{rev}_{slug}',
    timezone: 'UTC',
    slugLength: 40,
    template: undefined,
    hooks: [],
    runHooks: {},
    types: { output: undefined, camelCase: null, partitions: false, overrides: {} },
  })
})

test('every key is taken as written, and lists of paths are made absolute', async () => {
  const { root, path, project } = loadIn(
    module(`{
      url: 'postgresql://me@host/db', migrations: ['a', './b'], schema: ['x.sql', 'y.ts'], schemas: ['*'],
      manage: ['publications', 'event triggers'], versionTable: 'v', versionSchema: 's', transaction: 'run',
      lockTimeout: '3s', statementTimeout: '2min', retries: 0, shadow: false, include: ['table:*'], exclude: () => false,
      recursive: true, fileTemplate: '{year}/{rev}', timezone: 'Europe/Berlin', slugLength: 20, template: 'revision.ts.template',
      hooks: { a: ['biome', 'format'], b: { command: 'x', args: ['{file}'], cwd: 'sub' }, c: { command: 'y' } },
    }`),
  )
  expect(await project).toMatchObject({
    url: 'postgresql://me@host/db',
    migrations: [path('a'), path('b')],
    schema: [path('x.sql'), path('y.ts')],
    schemas: ['*'],
    manage: ['publications', 'event triggers'],
    transaction: 'run',
    lockTimeout: '3s',
    retries: 0,
    shadow: false,
    include: ['table:*'],
    exclude: expect.any(Function),
    slugLength: 20,
    template: path('revision.ts.template'),
    hooks: [
      { name: 'a', command: 'biome', args: ['format'], cwd: root },
      { name: 'b', command: 'x', args: ['{file}'], cwd: path('sub') },
      { name: 'c', command: 'y', args: [], cwd: root },
    ],
  })
})

describe('where it is found', () => {
  const data = '{ slugLength: 1 }'
  test.each([
    ['dbmig.config.ts', `export default ${data}`],
    ['dbmig.config.mts', `export default ${data}`],
    ['dbmig.config.js', `export default ${data}`],
    ['dbmig.config.mjs', `export default ${data}`],
    ['dbmig.config.cjs', `module.exports = ${data}`],
    ['dbmig.config.json', '{ "slugLength": 1 }'],
    ['.dbmigrc', 'slugLength: 1'],
    ['.dbmigrc.json', '{ "slugLength": 1 }'],
    ['.dbmigrc.yaml', 'slugLength: 1'],
    ['.dbmigrc.yml', 'slugLength: 1'],
    ['package.json', '{ "name": "x", "dbmig": { "slugLength": 1 } }'],
  ])('in %s', async (name, text) => {
    const { path, project } = loadIn({ [name]: text })
    expect(await project).toMatchObject({ slugLength: 1, file: path(name) })
  })

  test('from a folder below, past a package.json that says nothing of dbmig', async () => {
    const { root, path, write } = temporaryProject(module('{ migrations: "m" }'))
    write({ 'packages/app/package.json': '{}', 'packages/app/src/x.ts': '' })
    const project = await loadProject({ cwd: path('packages/app/src'), env: {} })
    expect(project).toMatchObject({ root, migrations: [path('m')] })
  })

  test('in the file that --config names, relative to the working directory', async () => {
    const { path, project } = loadIn(
      {
        ...module('{ slugLength: 1 }'),
        'conf/prod.mts': "export default { slugLength: 2, migrations: 'm' }",
      },
      { configFile: 'conf/prod.mts' },
    )
    expect(await project).toMatchObject({ slugLength: 2, root: path('conf'), migrations: [path('conf/m')] })
  })

  test('a module may import defineConfig from dbmig', async () => {
    const { project } = loadIn({
      'dbmig.config.ts':
        "import { defineConfig } from 'dbmig'\nexport default defineConfig({ slugLength: 4 })\n",
    })
    expect(await project).toMatchObject({ slugLength: 4 })
  })

  test('a module may export a function of the environment, so that it needs no types of Node', async () => {
    const config = module("({ env }) => ({ url: env.DATABASE_URL || 'pglite:memory' })")
    const env = { DATABASE_URL: 'postgres://h/d' }
    expect(await loadIn(config, { env }).project).toMatchObject({ url: 'postgres://h/d' })
    expect(await loadIn(config).project).toMatchObject({ url: 'pglite:memory' })
  })

  test('a module may export a function of the -x pairs, async too', async () => {
    const { project } = loadIn(module("async ({ args }) => ({ url: 'postgres://h/' + args.tenant })"), {
      args: { tenant: 'acme' },
    })
    expect(await project).toMatchObject({ url: 'postgres://h/acme' })
  })
})

describe('the URL', () => {
  const env = { DATABASE_URL: 'postgres://env/db' }
  const url = async (config: string, options: Options) => (await loadIn(module(config), options).project).url

  test('is that of the flag, before the file, before the environment', async () => {
    const overrides = { url: 'postgres://flag/db' }
    expect(await url("{ url: 'postgres://file/db' }", { env, overrides })).toBe('postgres://flag/db')
    expect(await url("{ url: 'postgres://file/db' }", { env })).toBe('postgres://file/db')
    expect(await url('{}', { env })).toBe('postgres://env/db')
    expect(await url('{ url: undefined }', { env, overrides: { url: undefined } })).toBe('postgres://env/db')
  })

  test('an empty $DATABASE_URL is none', async () => {
    expect(await url('{}', { env: { DATABASE_URL: '' } })).toBeUndefined()
  })

  test('a bad $DATABASE_URL does not matter where the file says a URL', async () => {
    expect(await url("{ url: 'postgres://file/db' }", { env: { DATABASE_URL: 'mysql://x' } })).toBe(
      'postgres://file/db',
    )
  })

  test('pglite:DIR is relative to the configuration file; pglite:memory and absolute folders stay', async () => {
    const { path, project } = loadIn(module("{ url: 'pglite:./data', shadow: 'pglite:shadow' }"))
    expect(await project).toMatchObject({ url: `pglite:${path('data')}`, shadow: `pglite:${path('shadow')}` })
    expect(await url("{ url: 'pglite:memory' }", {})).toBe('pglite:memory')
    expect(await url("{ url: 'pglite:/var/x' }", {})).toBe('pglite:/var/x')
  })

  test('alone on the command line is enough: defaults, relative to the working directory', async () => {
    const { root, path, project } = loadIn({}, { overrides: { url: 'postgres://flag/db' } })
    expect(await project).toMatchObject({ root, file: null, migrations: [path('migrations')] })
  })

  test('requireUrl gives it, or says where to set it', async () => {
    const { path, project } = loadIn(module('{}'))
    const without = await project
    expect(() => requireUrl(without)).toThrow(
      `No database is configured: set \`url\` in ${path('dbmig.config.ts')}, set DATABASE_URL (from code, hand over the environment as env), or pass --url (postgres:// alone means what PGHOST, PGDATABASE and PGSERVICE say).`,
    )
    expect(requireUrl({ ...without, url: 'postgres://h/d' })).toBe('postgres://h/d')
  })
})

describe('messages', () => {
  test('no configuration', async () => {
    const { root, code, message } = await failure({}, { env: { DATABASE_URL: 'postgres://env/db' } })
    expect(code).toBe('CONFIG_NOT_FOUND')
    expect(message).toBe(
      `No dbmig configuration in ${root} or a folder above it. Run \`dbmig init\` to write one, or name one with --config FILE.`,
    )
  })

  test('a named file that is not there', async () => {
    const { path, message } = await failure(module('{}'), { configFile: 'gone.ts' })
    expect(message).toBe(
      `The configuration file ${path('gone.ts')} does not exist. Correct --config, or run \`dbmig init\` to write one.`,
    )
  })

  test('a named file of an unknown kind, or a folder', async () => {
    const { path, code, message } = await failure({ 'a.toml': 'x' }, { configFile: 'a.toml' })
    expect(code).toBe('CONFIG_FILE_KIND')
    expect(message).toBe(
      `${path('a.toml')} is no kind of configuration file that dbmig reads. Use .ts, .mts, .cts, .js, .mjs, .cjs, .json, .yaml or .yml.`,
    )
    expect((await failure({ 'd/x': '' }, { configFile: 'd' })).code).toBe('CONFIG_FILE_KIND')
  })

  test.each(['dbmig.config.ts', '.dbmigrc'])('an empty %s', async (name) => {
    const { path, message } = await failure({ [name]: ' \n' })
    expect(message).toBe(
      `${path(name)} is empty. Write a configuration in it, or delete it and run \`dbmig init\`.`,
    )
  })

  test('a named package.json without a configuration', async () => {
    const { path, code, message } = await failure({ 'package.json': '{}' }, { configFile: 'package.json' })
    expect(code).toBe('CONFIG_EMPTY')
    expect(message).toMatch(`\`dbmig\` in ${path('package.json')} is empty.`)
  })

  test('an unknown key names the nearest right one', async () => {
    const { path, message } = await failure(module('{ migration: "x" }'))
    expect(message).toBe(
      `${path('dbmig.config.ts')}: unknown key \`migration\`. Did you mean \`migrations\`?`,
    )
  })

  test('an unknown key that resembles none', async () => {
    const { path, message } = await failure(module('{ colour: "x" }'))
    expect(message).toBe(`${path('dbmig.config.ts')}: unknown key \`colour\`. Remove it.`)
  })

  test.each([
    [
      'url: 7',
      "`url` is number 7, but must be a URL like 'postgres://user@host:5432/name', 'pglite:DIR' or 'pglite:memory'.",
    ],
    ["url: ''", '`url` is an empty text, but must be a URL like'],
    ["url: 'mysql://me:hunter2@h/d'", "`url` is a URL that starts with 'mysql:', but must be a URL like"],
    ["url: 'me:hunter2@h/d'", '`url` is a text of another form, but must be a URL like'],
    ['migrations: []', '`migrations` is an empty list, but must be a folder or a list of folders.'],
    [
      'schema: [1]',
      '`schema` is a list that holds something else than text, but must be a file (.ts or .sql) or a list of files.',
    ],
    [
      "schemas: 'public'",
      "`schemas` is 'public', but must be a list of schema names or patterns, such as ['public'].",
    ],
    [
      "manage: ['grant']",
      "`manage` is ['grant'], but must be a list of 'grants', 'owners', 'publications', 'event triggers'.",
    ],
    ["versionTable: ''", '`versionTable` is an empty text, but must be a name of at most 63 bytes.'],
    [
      "versionSchema: 'ä'.repeat(32)",
      "`versionSchema` is 'ääääääääääääääääääääääääääääääää', but must be a name of at most 63 bytes.",
    ],
    ["transaction: 'each'", "`transaction` is 'each', but must be 'revision' or 'run'."],
    [
      'lockTimeout: 3000',
      "`lockTimeout` is number 3000, but must be a duration in PostgreSQL's units, such as '3s', '500ms' or '2min', or '0' for none.",
    ],
    [
      "statementTimeout: '3 minutes'",
      "`statementTimeout` is '3 minutes', but must be a duration in PostgreSQL's units, such as '3s', '500ms' or '2min', or '0' for none.",
    ],
    ['retries: -1', '`retries` is number -1, but must be a whole number from 0.'],
    [
      'shadow: true',
      "`shadow` is boolean true, but must be 'server', 'pglite', a URL like 'postgres://user@host:5432/name', or false.",
    ],
    [
      "include: 'x'",
      "`include` is 'x', but must be a list of object patterns (['table:public.*']) or a function of an object.",
    ],
    ['exclude: null', '`exclude` is null, but must be a list of object patterns'],
    ['template: {}', '`template` is an object, but must be a file, such as'],
    [
      "fileTemplate: '{revision}'",
      "`fileTemplate` is '{revision}', but must be a file name made of text and {year} {month} {day} {hour} {minute} {second} {epoch} {rev} {slug}, with / for sub folders, none of which starts with a dot or an underscore.",
    ],
    ["fileTemplate: '../{rev}', recursive: true", "`fileTemplate` is '../{rev}', but must be a file name"],
    ["fileTemplate: '/{rev}', recursive: true", "`fileTemplate` is '/{rev}', but must be a file name"],
    ["fileTemplate: '_{rev}'", "`fileTemplate` is '_{rev}', but must be a file name"],
    [
      "fileTemplate: '{year}/{rev}'",
      '`fileTemplate` puts revisions into sub folders, which are read only with `recursive: true`. Add that, or take the / out of the template.',
    ],
    ["recursive: 'yes'", "`recursive` is 'yes', but must be true or false."],
    [
      "timezone: 'Mars/Olympus'",
      "`timezone` is 'Mars/Olympus', but must be an IANA time zone, such as 'UTC' or 'Europe/Berlin'.",
    ],
    ['slugLength: 0', '`slugLength` is number 0, but must be a whole number from 1.'],
    [
      'hooks: { beforeRun: ["x"] }',
      '`hooks.beforeRun` must be a function, which is called in a run. Give a command that runs on new files another name.',
    ],
    [
      'hooks: { beforeRuns: () => 1 }',
      "`hooks.beforeRuns` is a function, and functions are called as beforeRun, beforeRevision, afterRevision, afterRun, onError alone; a hook of another name is a command that runs on new files, such as ['prettier', '--write', '{file}']. Did you mean `beforeRun`?",
    ],
    ['hooks: []', '`hooks` is an empty list, but must be an object of hooks by name.'],
    ["hooks: ['prettier']", "`hooks` is ['prettier'], but must be an object of hooks by name."],
    [
      "hooks: { format: 'prettier --write' }",
      "`hooks.format` is 'prettier --write', but must be a list of a command and its arguments, such as ['prettier', '--write', '{file}'], or an object { command, args, cwd }.",
    ],
    ['hooks: { ok: [`a`], format: [] }', '`hooks.format` is an empty list, but must be a list of a command'],
    ['hooks: { format: [1] }', '`hooks.format` is a list that holds something else than text, but must be'],
    [
      'hooks: { format: {} }',
      '`hooks.format.command` is undefined, but must be a command, such as `prettier`.',
    ],
    [
      "hooks: { format: { command: 'x', args: '--write' } }",
      "`hooks.format.args` is '--write', but must be a list of texts, such as ['--write', '{file}'].",
    ],
    ["hooks: { format: { command: 'x', cwd: 1 } }", '`hooks.format.cwd` is number 1, but must be a folder.'],
    ["hooks: { format: { comand: 'x' } }", 'unknown key `hooks.format.comand`. Did you mean `command`?'],
    [
      "hooks: { b: ['x'], 1: ['y'] }",
      '`hooks` is an object with the key 1, but must be hooks by names that are no numbers.',
    ],
    ['template: 1', '`template` is number 1, but must be a file, such as migrations/revision.ts.template.'],
    [
      "databases: 'all'",
      "`databases` is 'all', but must be an object of databases by name, a list of them, or a function that gives either.",
    ],
    [
      "databases: { a: 'hunter2' }",
      "`databases.a` is a text of another form, but must be a URL like 'postgres://user@host:5432/name', 'pglite:DIR' or 'pglite:memory'.",
    ],
    [
      'databases: { a: 1 }',
      '`databases.a` is number 1, but must be a URL or an object { url, schema, versionSchema }.',
    ],
    ["databases: { a: { shema: 'x' } }", 'unknown key `databases.a.shema`. Did you mean `schema`?'],
    [
      "databases: { a: { schema: '' } }",
      '`databases.a.schema` is an empty text, but must be a name of at most 63 bytes.',
    ],
    [
      'databases: [{}]',
      '`databases[0].name` is undefined, but must be a name without line breaks and the like.',
    ],
    [
      "databases: [{ name: 'a' }, { name: 'a' }]",
      "`databases[1].name` is 'a' again, but must be a name that no other database has.",
    ],
  ])('{ %s }', async (config, expected) => {
    const { path, message } = await failure(module(`{ ${config} }`))
    expect(message.slice(0, `${path('dbmig.config.ts')}: ${expected}`.length)).toBe(
      `${path('dbmig.config.ts')}: ${expected}`,
    )
    expect(message).not.toContain('hunter2')
  })

  test.each([
    "template: 'migrations/revision.ts'",
    "template: 'm/deep/er/revision.mjs', migrations: ['x', 'm'], recursive: true",
  ])('{ %s }, which would be read as a revision, is refused', async (config) => {
    expect((await failure(module(`{ ${config} }`))).message).toMatch(
      /: `template` is \/.*\/revision\.m?[jt]s, which by its folder and name would be read as a revision\. Put \.template behind its name\.$/,
    )
  })

  test.each([
    "template: 'migrations/revision.ts.template'",
    "template: 'migrations/_revision.ts'",
    "template: 'm/deep/er/revision.mjs', migrations: 'm'",
    "template: 'revision.mjs'",
  ])('{ %s } is not read as a revision', async (config) => {
    const { project } = loadIn(module(`{ ${config} }`))
    expect((await project).template).toMatch(/revision/)
  })

  test('a wrong value in the environment or in a flag names where it comes from', async () => {
    const env = { DATABASE_URL: 'mysql://me:hunter2@h/d' }
    expect((await failure(module('{}'), { env })).message).toMatch(
      "$DATABASE_URL: `url` is a URL that starts with 'mysql:', but must be",
    )
    expect((await failure(module('{}'), { overrides: { retries: 0.5 } })).message).toBe(
      'the flags or options: `retries` is number 0.5, but must be a whole number from 0.',
    )
  })

  test('a module that throws, without a password that its message quotes', async () => {
    const text = "throw new Error('cannot reach postgres://me:hunter2@h/d')\n"
    const { path, code, message } = await failure({ 'dbmig.config.ts': text })
    expect(code).toBe('CONFIG_THREW')
    expect(message).toBe(
      `The configuration ${path('dbmig.config.ts')} threw an error: cannot reach postgres://me:***@h/d. Correct the file.`,
    )
  })

  test('a module that throws what looks like a missing file is not passed over', async () => {
    const text =
      "import { readFileSync } from 'node:fs'\nexport default { url: readFileSync('/no/such/file', 'utf8') }\n"
    const { code, message } = await failure({ 'dbmig.config.ts': text })
    expect(code).toBe('CONFIG_THREW')
    expect(message).toMatch("ENOENT: no such file or directory, open '/no/such/file'")
  })

  test('a function that throws', async () => {
    const { path, message } = await failure(module("() => { throw new Error('no tenant') }"))
    expect(message).toBe(
      `The configuration ${path('dbmig.config.ts')} threw an error: no tenant. Correct the file.`,
    )
  })

  test('a function that returns something else', async () => {
    const { path, message } = await failure(module("() => 'x'"))
    expect(message).toBe(
      `The function that ${path('dbmig.config.ts')} exports must return an object, but returned a text of another form.`,
    )
  })

  test.each([
    ['export const config = {}', 'none'],
    ["export default 'postgres://me:hunter2@h/d'", "a URL that starts with 'postgres:'"],
    ['export default [{}]', 'a list that holds something else than text'],
    ['export default null', 'null'],
  ])('a module that says %s', async (text, found) => {
    const { path, code, message } = await failure({ 'dbmig.config.ts': `${text}\n` })
    expect(code).toBe('CONFIG_EXPORT')
    expect(message).toBe(
      `${path('dbmig.config.ts')} must hold an object (a module: \`export default\` an object or a function that returns one), but holds ${found}.`,
    )
  })

  test('a syntax error in a module names the line', async () => {
    const { path, code, message } = await failure({
      'dbmig.config.ts': 'export default {\n  retries: = 1\n}\n',
    })
    expect(code).toBe('CONFIG_SYNTAX')
    expect(message).toMatch(
      `The configuration cannot be loaded: ${path('dbmig.config.ts')}:2 has a syntax error: `,
    )
  })

  test('an import of a module that is not there', async () => {
    const { path, code, message } = await failure({
      'dbmig.config.ts': "import { x } from './nope'\nexport default x\n",
    })
    expect(code).toBe('CONFIG_NOT_LOADED')
    expect(message).toMatch(
      `The configuration cannot be loaded: ${path('dbmig.config.ts')} cannot be loaded: Cannot find module './nope'.`,
    )
  })

  test.each([
    [
      '.dbmigrc.yaml',
      'retries: 1\nurl: "postgres://me:hunter2@h\n',
      /\.dbmigrc\.yaml:\d is not valid YAML\. Correct it\.$/,
    ],
    [
      'dbmig.config.json',
      '{ "url": postgres://me:hunter2@h }',
      /dbmig\.config\.json(?::\d)? is not valid JSON\. Correct it\.$/,
    ],
    ['package.json', '{ "dbmig": { "url": x } }', /package\.json(?::\d)? is not valid JSON\. Correct it\.$/],
  ])('a syntax error in %s, without the text around it', async (name, text, expected) => {
    const { code, message } = await failure({ [name]: text })
    expect(code).toBe('CONFIG_SYNTAX')
    expect(message).toMatch(expected)
    expect(message).not.toContain('hunter2')
  })
})

test('the root is the folder of the configuration file', async () => {
  const { path, project } = loadIn(module('{}'))
  expect(realpathSync((await project).root)).toBe(dirname(path('dbmig.config.ts')))
})
