import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { initProject } from '../../src/authoring/init.ts'
import { listTemplates } from '../../src/authoring/list-templates.ts'
import { loadProject } from '../../src/config/project.ts'
import { useFolder, writeFiles } from '../support/folder.ts'

const files = ['dbmig.config.ts', 'schema.ts', '.dbmig/.gitignore', 'migrations/README.md']

test('an empty folder gets a configuration, a schema and a migrations folder', async () => {
  const folder = useFolder()
  expect(await initProject({ cwd: folder })).toEqual({
    folder,
    written: files,
    kept: [],
    missingPackages: [],
    needsServer: false,
  })
  for (const file of files) expect(existsSync(join(folder, file))).toBe(true)
})

test('a folder that is not there is made', async () => {
  const folder = join(useFolder(), 'new')
  expect((await initProject({ cwd: folder })).written).toEqual(files)
})

test('nothing is overwritten, and what stayed is told', async () => {
  const folder = useFolder()
  await initProject({ cwd: folder })
  writeFileSync(join(folder, 'schema.ts'), 'mine')
  expect(await initProject({ cwd: folder })).toMatchObject({ written: [], kept: files })
  expect(readFileSync(join(folder, 'schema.ts'), 'utf8')).toBe('mine')
})

test.each(['dbmig.config.js', '.dbmigrc', '.dbmigrc.yaml'])(
  'no second configuration is written beside %s',
  async (name) => {
    const folder = useFolder()
    writeFiles(folder, { [name]: '' })
    const { written, kept } = await initProject({ cwd: folder })
    expect(written).not.toContain('dbmig.config.ts')
    expect(kept).toEqual([name])
  },
)

test('no second configuration is written beside `dbmig` in package.json', async () => {
  const folder = useFolder()
  writeFiles(folder, { 'package.json': '{ "dbmig": {} }' })
  expect((await initProject({ cwd: folder })).kept).toEqual(['`dbmig` in package.json'])
})

test('a package.json without dbmig is no configuration', async () => {
  const folder = useFolder()
  writeFiles(folder, { 'package.json': '{ "name": "x" }' })
  expect((await initProject({ cwd: folder })).written).toEqual(files)
})

test.each(['{ "type": "commonjs" }', '{ "type": "module" }', '{}'])(
  'the configuration loads in a package that says %s',
  async (manifest) => {
    const folder = useFolder()
    writeFiles(folder, { 'package.json': manifest })
    await initProject({ cwd: folder })
    const project = await loadProject({ cwd: folder, env: {} })
    expect(project.migrations).toEqual([join(folder, 'migrations')])
    expect(project.schema).toEqual([join(folder, 'schema.ts')])
  },
)

test('a template that does not exist is refused with the nearest one, or with all', async () => {
  const init = (template: string) => initProject({ cwd: useFolder(), template })
  await expect(init('nosuch')).rejects.toMatchObject({
    message:
      'There is no template "nosuch". There are: default, javascript, sql. `dbmig list-templates` describes them.',
    exitCode: 2,
  })
  await expect(init('javscript')).rejects.toThrow(
    'There is no template "javscript". Did you mean "javascript"? `dbmig list-templates` describes them.',
  )
})

describe.each(listTemplates())('the template $name', ({ name, description }) => {
  test('says in a line what it is', () => expect(description).toMatch(/^[A-Z][^\n]{20,110}$/))

  test('gives a configuration that names only files which are there', async () => {
    const folder = useFolder()
    const { written } = await initProject({ cwd: folder, template: name })
    const { file, schema, migrations, template } = await loadProject({ cwd: folder, env: {} })
    for (const path of [file, ...schema, ...migrations, ...(template === undefined ? [] : [template])])
      expect(existsSync(String(path)), String(path)).toBe(true)
    expect(written).not.toContain('template.json')
  })

  test('is kept out of a project that has a configuration', async () => {
    const folder = useFolder()
    writeFiles(folder, { 'dbmig.config.cjs': 'module.exports = {}' })
    const { written, kept } = await initProject({ cwd: folder, template: name })
    expect(kept).toEqual(['dbmig.config.cjs'])
    expect(written.filter((path) => path.startsWith('dbmig.config'))).toEqual([])
  })

  test('needs no types of Node', async () => {
    const folder = useFolder()
    const { written } = await initProject({ cwd: folder, template: name })
    for (const path of written) expect(readFileSync(join(folder, path), 'utf8')).not.toMatch(/process\./)
  })
})

test('the templates are listed with the default first', () => {
  expect(listTemplates().map(({ name }) => name)).toEqual(['default', 'javascript', 'sql'])
})
