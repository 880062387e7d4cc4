import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { initProject } from '../../src/authoring/init.ts'
import { loadProject } from '../../src/config/project.ts'
import { useFolder, writeFiles } from '../support/folder.ts'

const files = ['dbmig.config.ts', 'schema.ts', 'migrations/README.md', '.dbmig/.gitignore']

test('an empty folder gets a configuration, a schema and a migrations folder', async () => {
  const folder = useFolder()
  expect(await initProject({ cwd: folder })).toEqual({
    folder,
    written: files,
    kept: [],
    missingPackages: [],
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

test('a template that does not exist is refused with those that do', async () => {
  await expect(initProject({ cwd: useFolder(), template: 'nosuch' })).rejects.toMatchObject({
    message: 'There is no template "nosuch". There is: default.',
    exitCode: 2,
  })
})
