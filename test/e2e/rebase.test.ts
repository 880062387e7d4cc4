/** Two pull requests on one parent, from the command line: what CI says, and the way back to one line. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { configFor, dbmig, revisionText, tables, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'

const killAtRename = pathToFileURL(join(import.meta.dirname, '../support/kill-at-rename.mjs')).href

/** Gives stdout of a command that must end with this code. */
async function run(cwd: string, args: readonly string[], exitCode = 0): Promise<string> {
  const result = await dbmig(args, { cwd })
  expect(result, result.stderr).toMatchObject({ exitCode })
  return result.stdout
}

const idsIn = async (cwd: string, command: string): Promise<string[]> =>
  (JSON.parse(await run(cwd, [command, '--offline', '--json'])) as { revision: string }[]).map(
    ({ revision }) => revision,
  )

/** A revision by `dbmig revision` that makes a table. */
async function addRevision(cwd: string, id: string): Promise<void> {
  const path = join(cwd, await run(cwd, ['revision', '-m', `add ${id}`, '--rev-id', id]))
  const statement = (method: string, more: string) =>
    `await db.schema.${method}('t_${id}')${more}.execute()\n}`
  const text = readFileSync(path, 'utf8')
    .replace(/(function up[^{]*\{)[^}]*\}/, `$1 ${statement('createTable', `.addColumn('id', 'integer')`)}`)
    .replace(/(function down[^{]*\{)[^}]*\}/, `$1 ${statement('dropTable', '')}`)
  writeFileSync(path, text)
}

test('two pull requests on one parent: CI says no, rebase makes a line, and the deployed database goes on', async () => {
  const production = await useTestDatabase()
  const main = useProject({ 'dbmig.config.js': configFor(production.url), ...tables('base0') })
  await run(main, ['upgrade', 'head'])
  const feature = useProject({ 'dbmig.config.js': configFor(production.url), ...tables('base0') })
  for (const id of ['feat1', 'feat2']) await addRevision(feature, id)
  await addRevision(main, 'main1')
  await run(main, ['upgrade', 'head'])
  // What git does when one is merged into the other: all files of both.
  cpSync(join(main, 'migrations'), join(feature, 'migrations'), { recursive: true })

  const check = await dbmig(['heads', '--check', '--offline'], { cwd: feature })
  expect(check.exitCode).toBe(3)
  expect(check.stdout.split('\n')).toHaveLength(2)
  expect(check.stderr).toMatch(
    /^There are 2 heads: (?:feat2, main1|main1, feat2)\. Make them one: "dbmig rebase" puts the branch that is not applied on the other one, "dbmig merge" joins them\.$/,
  )
  expect((await dbmig(['upgrade', 'head'], { cwd: feature })).exitCode).toBe(1)

  const planned = await run(feature, ['rebase', '--dry-run'])
  expect(planned).toMatch(/\nA dry run: nothing was written\. 2 revisions would stand on main1\.$/)
  const printed = (await run(feature, ['rebase'])).split('\n')
  expect(printed).toEqual([
    'feat1  add feat1 (follows main1)',
    expect.stringMatching(
      /^ {2}migrations\/\d{12}_feat1_add_feat1\.ts → migrations\/\d{12}_feat1_add_feat1\.ts$/,
    ),
    'feat2  add feat2 (follows feat1)',
    expect.stringMatching(
      /^ {2}migrations\/\d{12}_feat2_add_feat2\.ts → migrations\/\d{12}_feat2_add_feat2\.ts$/,
    ),
    '2 revisions now stand on main1.',
  ])
  const names = readdirSync(join(feature, 'migrations')).filter((name) => /^\d/.test(name))
  expect(names.map((name) => name.split('_')[1])).toEqual(['main1', 'feat1', 'feat2'])
  expect(await run(feature, ['heads', '--check'])).toMatch(/^feat2 /)
  expect(await idsIn(feature, 'history')).toEqual(['feat2', 'feat1', 'main1', 'base0'])

  expect(await run(feature, ['rebase'])).toBe('Nothing to do: feat2 is the only head.')
  await run(feature, ['upgrade', 'head'])
  await run(feature, ['current', '--check-heads'])
  await run(feature, ['downgrade', 'base'])
  expect(await production.query(`select 1 from pg_class where relname like 't\\_%'`)).toEqual([])
})

test('--json gives what moved', async () => {
  const cwd = useProject({ '.dbmigrc.json': '{}', ...tables('a0', 'm1'), ...tables('a0', 'f1') })
  const path = join(cwd, 'migrations/f1.ts')
  const moved = [{ revision: 'f1', downRevision: ['m1'], message: 'message of f1', path, previousPath: path }]
  const args = ['rebase', 'f1', '--offline', '--json']
  expect(JSON.parse(await run(cwd, [...args, '--dry-run']))).toEqual({
    onto: 'm1',
    moved,
    heads: ['f1'],
    dryRun: true,
    chosenBy: null,
    published: null,
  })
  expect(JSON.parse(await run(cwd, args))).toMatchObject({ onto: 'm1', moved, heads: ['f1'], dryRun: false })
  expect(JSON.parse(await run(cwd, args))).toMatchObject({ onto: null, moved: [], heads: ['f1'] })
})

describe('rebase says', () => {
  const three = { ...tables('a0', 'm1'), ...tables('a0', 'f1'), ...tables('a0', 'g1') }
  const project = { '.dbmigrc.json': '{}', ...tables('a0', 'm1'), ...tables('a0', 'f1') }

  test.each([
    ['that there is nothing', {}, [], 'Nothing to do: there are no revisions.'],
    [
      'that heads have nothing in common',
      { ...tables('a'), ...tables('b') },
      [],
      'Nothing to do: the heads a, b have no ancestor in common.',
    ],
    [
      'that the branch stands there',
      tables('a', 'b'),
      ['b', '--onto', 'a'],
      'Nothing to do: the branch stands on a already.',
    ],
  ])('%s', async (_, files, args, said) => {
    const cwd = useProject({ '.dbmigrc.json': '{}', 'migrations/README.md': '', ...files })
    expect(await run(cwd, ['rebase', '--offline', ...args])).toBe(said)
  })

  test('how many heads are left', async () => {
    const cwd = useProject({ '.dbmigrc.json': '{}', ...three })
    expect(await run(cwd, ['rebase', 'f1', '--onto', 'm1', '--offline'])).toBe(
      `f1  message of f1 (follows m1)
  migrations/f1.ts
1 revision now stands on m1.
There are still 2 heads: f1, g1.`,
    )
  })

  test.each([
    [
      2,
      ['f1'],
      'error: Applied revisions must not be moved, and no URL is configured to ask which those are. Configure one or add --url; add --offline if no database that counts has applied the branch.',
    ],
    [
      1,
      ['--offline'],
      'error: Several branches could be moved; their heads are f1, m1. Name the one to move, such as "dbmig rebase f1".',
    ],
    [2, ['f1', '--onto', 'f1', '--offline'], 'error: f1 ('],
    [1, ['zzz', '--offline'], 'error: No revision has an id or a branch label "zzz"'],
    [2, ['current', '--offline'], 'error: "current" starts at what is applied, and no database was asked'],
  ])('with exit code %i for %j what to do', async (exitCode, args, said) => {
    const cwd = useProject(project)
    const result = await dbmig(['rebase', ...args], { cwd })
    expect(result).toMatchObject({ exitCode, stdout: '' })
    expect(result.stderr).toContain(said)
  })

  test('which revisions are applied, and changes nothing', async () => {
    const { url } = await useTestDatabase()
    const cwd = useProject({ ...project, '.dbmigrc.json': JSON.stringify({ url }) })
    await run(cwd, ['upgrade', 'heads'])
    const { exitCode, stderr } = await dbmig(['rebase', 'f1'], { cwd })
    expect(exitCode).toBe(1)
    expect(stderr).toBe(
      `error: The database has applied f1, and what is applied must not be moved. Join the branches with "dbmig merge f1 m1" instead, or downgrade the database until it is not applied.
  f1  message of f1`,
    )
    expect((await dbmig(['rebase'], { cwd })).stderr).toContain(
      'has applied something of every branch (f1, m1)',
    )
    expect(readFileSync(join(cwd, 'migrations/f1.ts'), 'utf8')).toBe(tables('a0', 'f1')['migrations/f1.ts'])
  })
})

test('a rebase without a revision says which database chose the branch, as that may have applied the other one alone', async () => {
  const { url, name } = await useTestDatabase()
  const files = { ...tables('a0', 'mine1'), ...tables('a0', 'main1') }
  const cwd = useProject({ '.dbmigrc.json': JSON.stringify({ url }), ...files })
  await run(cwd, ['upgrade', 'mine1'])
  const said = (end: string) =>
    expect.stringMatching(
      new RegExp(
        `^This branch was chosen as database "${name}" on \\S+ has applied nothing of it\\. If yours is that of mine1,${end} name it: dbmig rebase mine1$`,
      ),
    )
  expect(await dbmig(['rebase', '--dry-run'], { cwd })).toMatchObject({ stderr: said('') })
  expect(await dbmig(['rebase', 'main1', '--dry-run'], { cwd })).toMatchObject({ stderr: '' })
  const { stderr } = await dbmig(['rebase', '--json'], { cwd })
  expect(JSON.parse(stderr)).toMatchObject({ type: 'note', message: said(' restore these files and') })
  expect(await dbmig(['rebase'], { cwd })).toMatchObject({ stderr: '' })
})

describe('a run that is killed before any of its writes', () => {
  const dated = (name: string, revision: string, down: string | readonly string[] | null) => ({
    [`migrations/${name}_${revision}_x.ts`]: revisionText({ revision, down }),
  })
  const fork = { ...dated('202601010000', 'a0', null), ...dated('202601020000', 'm1', 'a0') }

  /** Ends the command at its first rename, its second, and so on, in a fresh project each, until it comes to its end. */
  async function killEverywhere(
    files: Readonly<Record<string, string>>,
    args: readonly string[],
    look: (cwd: string) => Promise<void>,
  ): Promise<number> {
    for (let at = 1; ; at++) {
      const cwd = useProject({ '.dbmigrc.json': '{}', ...files })
      const env = { NODE_OPTIONS: `--import=${killAtRename}`, KILL_AT: String(at) }
      const { exitCode } = await dbmig(['rebase', ...args, '--offline'], { cwd, env })
      if (exitCode === 0) return at - 1
      await look(cwd)
    }
  }

  test('leaves a graph, and the same command finishes it', async () => {
    const files = { ...fork, ...dated('202601010100', 'f1', 'a0'), ...dated('202601010200', 'f2', 'f1') }
    const kills = await killEverywhere(files, ['f2'], async (cwd) => {
      expect((await idsIn(cwd, 'heads')).sort()).toEqual(['f2', 'm1'])
      await run(cwd, ['rebase', 'f2', '--offline'])
      expect(readdirSync(join(cwd, 'migrations')).filter((name) => name.startsWith('.'))).toEqual([])
      expect(await idsIn(cwd, 'history')).toEqual(['f2', 'f1', 'm1', 'a0'])
      const names = readdirSync(join(cwd, 'migrations')).filter((name) => !name.startsWith('.'))
      expect(names.map((name) => name.split('_')[1])).toEqual(['a0', 'm1', 'f1', 'f2'])
    })
    // Two names and a header.
    expect(kills).toBe(3)
  })

  test('leaves a graph also where two headers name the new parent, and naming both ends finishes it', async () => {
    const files = {
      ...fork,
      ...dated('202601010100', 'f1', 'a0'),
      ...dated('202601010200', 'g1', 'a0'),
      ...dated('202601010300', 'f2', ['f1', 'g1']),
    }
    const kills = await killEverywhere(files, ['f2', '--onto', 'm1'], async (cwd) => {
      expect(await idsIn(cwd, 'heads')).toContain('f2')
      await run(cwd, ['rebase', 'f2', '--onto', 'm1', '--offline'])
      expect(await idsIn(cwd, 'heads')).toEqual(['f2'])
      const entries = JSON.parse(await run(cwd, ['show', 'f1', 'g1', 'f2', '--offline', '--json']))
      expect(entries).toMatchObject([
        { downRevision: ['m1'] },
        { downRevision: ['m1'] },
        { downRevision: ['f1', 'g1'] },
      ])
    })
    expect(kills).toBe(5)
  })
})

describe('heads', () => {
  const files = { '.dbmigrc.json': '{}', ...tables('a0'), ...tables('b0') }
  const needing = revisionText({ revision: 'b1', down: 'b0' }).replace(
    /dependsOn = \[\]/,
    `dependsOn = ['a0']`,
  )

  test('--check is silent with one head, and with none', async () => {
    const one = await dbmig(['heads', '--check'], {
      cwd: useProject({ '.dbmigrc.json': '{}', ...tables('a0') }),
    })
    expect(one).toMatchObject({ exitCode: 0, stderr: '' })
    const none = await dbmig(['heads', '--check'], {
      cwd: useProject({ '.dbmigrc.json': '{}', 'migrations/x.md': '' }),
    })
    expect(none).toMatchObject({ exitCode: 0, stderr: '' })
  })

  test('--check advises a merge alone for heads with no ancestor in common', async () => {
    const { stderr } = await dbmig(['heads', '--check'], { cwd: useProject(files) })
    expect(stderr).toBe(
      'There are 2 heads: a0, b0. Make them one: "dbmig merge" joins them. They have no ancestor in common: if they are meant to stay apart, name what a new revision needs of the other with "dbmig revision --depends-on".',
    )
  })

  test('--check keeps the list on stdout, also as JSON', async () => {
    const { exitCode, stdout } = await dbmig(['heads', '--check', '--json'], { cwd: useProject(files) })
    expect(exitCode).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject([{ revision: 'a0' }, { revision: 'b0' }])
  })

  test('--resolve-dependencies leaves out an effective head, for --check too', async () => {
    const cwd = useProject({ ...files, 'migrations/b1.ts': needing })
    expect(await run(cwd, ['heads'])).toMatch(/^a0 .*\(effective head\b.*\nb1 .*\(head\b.*$/)
    await run(cwd, ['heads', '--check'], 3)
    expect(await run(cwd, ['heads', '--check', '--resolve-dependencies'])).toMatch(/^b1 .*$/)
    expect(JSON.parse(await run(cwd, ['heads', '--json']))).toMatchObject([
      { revision: 'a0', isHead: true, isEffectiveHead: true },
      { revision: 'b1', isHead: true, isEffectiveHead: false },
    ])
  })
})
