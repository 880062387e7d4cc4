/** `edit`: which files are opened, in which editor, and what is said when that does not work out. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { edit } from '../../src/authoring/edit.ts'
import { loadProject } from '../../src/config/project.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { tables, useProject } from '../support/cli.ts'
import { writeFiles } from '../support/folder.ts'

/** Editors that are scripts: one writes down its arguments, one changes an id, one fails. */
const scripts = {
  'note.cjs': `require('fs').writeFileSync(process.argv[2], JSON.stringify(process.argv.slice(3)))`,
  'break.cjs': `const fs = require('fs'); const [file] = process.argv.slice(2)
fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replaceAll('aaa1', 'zzz9'))`,
  'fail.cjs': 'process.exit(3)',
}

async function useEditors(config = '{}') {
  const folder = useProject({ '.dbmigrc.json': config, ...scripts, ...tables('aaa1', 'bbb2') })
  const path = (name: string) => join(folder, name)
  const project = await loadProject({ cwd: folder, env: {} })
  const noted = (): unknown => JSON.parse(readFileSync(path('noted'), 'utf8'))
  return {
    path,
    project,
    note: `node ${path('note.cjs')} ${path('noted')}`,
    noted,
    run: (env: Record<string, string>, ...targets: string[]) => edit(project, { targets, env }),
  }
}

describe('the editor', () => {
  test('is given the file behind its own arguments', async () => {
    const { path, note, noted, run } = await useEditors()
    expect(await run({ EDITOR: `${note} --wait a\\ b` }, 'head')).toEqual({
      edited: [{ revision: 'bbb2', path: path('migrations/bbb2.ts') }],
    })
    expect(noted()).toEqual(['--wait', 'a b', path('migrations/bbb2.ts')])
  })
  test('is given all files of all targets, each once', async () => {
    const { path, note, noted, run } = await useEditors()
    await run({ EDITOR: note }, 'heads', 'aa', 'bbb2')
    expect(noted()).toEqual([path('migrations/bbb2.ts'), path('migrations/aaa1.ts')])
  })
  test('is that of VISUAL before that of EDITOR, unless it is empty', async () => {
    const { note, noted, run } = await useEditors()
    await run({ VISUAL: `${note} visual`, EDITOR: `${note} editor` }, 'head')
    expect(noted()).toContain('visual')
    await run({ VISUAL: ' ', EDITOR: `${note} editor` }, 'head')
    expect(noted()).toContain('editor')
  })
  test('is run without a shell', async () => {
    const { note, noted, run } = await useEditors()
    await run({ EDITOR: `${note} $HOME ;` }, 'head')
    expect(noted()).toEqual(['$HOME', ';', expect.any(String)])
  })
})

test('current is what the database has applied', async () => {
  const { project, note, noted, path, run } = await useEditors('{"url": "pglite:data"}')
  await upgrade(project, { target: 'aaa1' })
  await run({ EDITOR: note }, 'current')
  expect(noted()).toEqual([path('migrations/aaa1.ts')])
})

describe('edit says', () => {
  test('that no editor is configured', async () => {
    const { run } = await useEditors()
    await expect(run({ EDITOR: '' }, 'head')).rejects.toMatchObject({
      code: 'AUTHORING_NO_EDITOR',
      exitCode: 2,
      message:
        'No editor is configured. Set $VISUAL or $EDITOR to the command that opens one, such as `EDITOR="code --wait"`.',
    })
  })
  test('that the editor is not found', async () => {
    const { run } = await useEditors()
    await expect(run({ VISUAL: 'no-such-editor -w' }, 'head')).rejects.toThrow(
      'The editor "no-such-editor" of $VISUAL is not found. Correct $VISUAL, or install it.',
    )
  })
  test.skipIf(process.platform === 'win32')('that the editor cannot be started', async () => {
    const { path, run } = await useEditors()
    await expect(run({ EDITOR: path('note.cjs') }, 'head')).rejects.toThrow(
      /^The editor "\S+note\.cjs" of \$EDITOR cannot be started: .*EACCES\. Correct \$EDITOR\.$/,
    )
  })
  test('that the editor failed, and where what it saved is', async () => {
    const { path, run } = await useEditors()
    await expect(run({ EDITOR: `node ${path('fail.cjs')}` }, 'head')).rejects.toThrow(
      `The editor "node" ended with exit code 3. What it has saved is in ${path('migrations/bbb2.ts')}; look at it before you go on.`,
    )
  })
  test('that a target names no file', async () => {
    const { run, note } = await useEditors('{"url": "pglite:memory"}')
    await expect(run({ EDITOR: note }, 'head', 'base')).rejects.toThrow(
      '"base" names no revision file: no file stands for the empty database. Name a revision; "dbmig history" lists them.',
    )
    await expect(run({ EDITOR: note }, 'current')).rejects.toThrow(
      '"current" names no revision file: nothing is there, in the database or in the migrations folders. Name a revision; "dbmig history" lists them.',
    )
  })
  test('what the edit has broken', async () => {
    const { path, run } = await useEditors()
    await expect(run({ EDITOR: `node ${path('break.cjs')}` }, 'aaa1')).rejects.toMatchObject({
      code: 'AUTHORING_EDIT_BROKE',
      exitCode: 1,
      message: `After the edit the revisions do not fit together: Revision bbb2 (${path('migrations/bbb2.ts')}) follows "aaa1", and no file declares that. Restore the file, or correct downRevision.`,
    })
  })
  test('that a file is no revision any more', async () => {
    const { path, run } = await useEditors()
    writeFiles(path('.'), { 'empty.cjs': `require('fs').writeFileSync(process.argv[2], '')` })
    await expect(run({ EDITOR: `node ${path('empty.cjs')}` }, 'bbb2')).rejects.toThrow(
      `After the edit the revisions do not fit together: ${path('migrations/bbb2.ts')} is no revision`,
    )
  })
})
