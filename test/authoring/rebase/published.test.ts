/** `rebase` in a clone: what is on the remote's default branch is not moved unseen. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { publishedFiles } from '../../../src/authoring/git.ts'
import { downgrade, rebase, upgrade } from '../../../src/index.ts'
import { dbmig, repository, tables } from '../../support/cli.ts'
import { useTestDatabase } from '../../support/database.ts'
import { useFolder, writeFiles } from '../../support/folder.ts'

const identity = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', '-c', 'commit.gpgsign=false']

const git = (cwd: string, ...args: string[]) => execa('git', [...identity, ...args], { cwd })

async function commit(cwd: string, files: Readonly<Record<string, string>>): Promise<void> {
  writeFiles(cwd, files)
  await git(cwd, 'add', '.')
  await git(cwd, 'commit', '-m', 'more')
}

/** Ann's clone, in which `main` of the remote, with `main1`, was merged into her branch, with `mine1`; both stand on `a0`. */
async function useClone({ at = '', branch = 'main' } = {}) {
  const folder = useFolder()
  const [remote, ben, ann] = ['remote.git', 'ben', 'ann'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  const under = (files: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(files).map(([path, text]) => [join(at, path), text]))
  await git(folder, 'init', '--bare', '-b', branch, remote)
  await git(folder, 'init', '-b', branch, ben)
  await git(ben, 'remote', 'add', 'origin', remote)
  await commit(ben, under({ '.gitignore': 'node_modules\n', '.dbmigrc.json': '{}', ...tables('a0') }))
  await git(ben, 'push', 'origin', branch)
  await git(folder, 'clone', remote, ann)
  await git(ann, 'switch', '-c', 'feature')
  await commit(ann, under(tables('a0', 'mine1')))
  await commit(ben, under(tables('a0', 'main1')))
  await git(ben, 'push', 'origin', branch)
  await git(ann, 'fetch')
  await git(ann, 'merge', '-m', 'main', `origin/${branch}`)
  const cwd = join(ann, at)
  mkdirSync(join(cwd, 'node_modules'))
  symlinkSync(join(repository, 'node_modules/kysely'), join(cwd, 'node_modules/kysely'), 'dir')
  const texts = () =>
    readdirSync(join(cwd, 'migrations')).map((name) => readFileSync(join(cwd, 'migrations', name), 'utf8'))
  return { cwd, ann, texts, push: () => git(ann, 'push', 'origin', `feature:${branch}`) }
}

const offline = { config: {}, offline: true } as const

describe('a rebase that names no branch', () => {
  test("refuses to move what came from the remote, where the database has applied the user's own branch", async () => {
    const { url } = await useTestDatabase()
    const { cwd, texts } = await useClone()
    const before = texts()
    await upgrade({ cwd, config: { url }, target: 'mine1' })
    await expect(rebase({ cwd, config: { url } })).rejects.toMatchObject({
      code: 'AUTHORING_REBASE_PUBLISHED',
      message:
        'main1 would move and is on origin/main, so others have it; nothing was changed. Your branch is that of mine1, which is applied here: undo it first with "dbmig downgrade a0", then run "dbmig rebase mine1"; or ask the deployed database with --url.',
    })
    await expect(rebase({ cwd, config: { url }, dryRun: true })).rejects.toThrow('is on origin/main')
    expect(texts()).toEqual(before)
    await downgrade({ cwd, config: { url }, target: 'a0' })
    expect(await rebase({ cwd, config: { url }, revision: 'mine1' })).toMatchObject({
      onto: 'main1',
      moved: [{ revision: 'mine1' }],
      published: null,
    })
    await upgrade({ cwd, config: { url }, target: 'head' })
  })

  test("moves the user's own branch, where the database has applied what came from the remote", async () => {
    const { url } = await useTestDatabase()
    const { cwd } = await useClone({ at: 'packages/db' })
    await upgrade({ cwd, config: { url }, target: 'main1' })
    expect(await rebase({ cwd, config: { url } })).toMatchObject({
      onto: 'main1',
      moved: [{ revision: 'mine1' }],
      published: null,
    })
  })

  test('names the branch where it is not applied', async () => {
    const { cwd } = await useClone({ branch: 'master' })
    await expect(rebase({ cwd, ...offline, onto: 'mine1' })).rejects.toThrow(
      'main1 would move and is on origin/master, so others have it; nothing was changed. Your branch is that of mine1: "dbmig rebase mine1".',
    )
  })

  test('advises a merge where the remote has both', async () => {
    const { cwd, push } = await useClone()
    await push()
    await expect(rebase({ cwd, ...offline, onto: 'mine1' })).rejects.toThrow(
      'main1 would move and is on origin/main, so others have it; nothing was changed. So is the branch of mine1: join them with "dbmig merge main1 mine1", or name the one that is to move all the same: "dbmig rebase main1".',
    )
  })
})

test('a rebase that names a branch which the remote has moves it, and says so', async () => {
  const { cwd } = await useClone()
  expect(await rebase({ cwd, ...offline, revision: 'main1' })).toMatchObject({
    onto: 'mine1',
    moved: [{ revision: 'main1' }],
    published: { branch: 'origin/main', revisions: ['main1'] },
  })
})

test('the command line warns of it', async () => {
  const { cwd } = await useClone()
  expect(await dbmig(['rebase', 'main1', '--offline'], { cwd })).toMatchObject({
    exitCode: 0,
    stderr: 'warning: main1 is on origin/main: a database that has applied it never runs what is put below.',
  })
})

describe('what is published', () => {
  test('is what the remote has in these folders, by the branch that its HEAD points at, else by main or master', async () => {
    const { ann } = await useClone({ at: 'db' })
    const folder = join(ann, 'db/migrations')
    const both = ['a0', 'main1'].map((id) => [join(folder, `${id}.ts`), 'origin/main'])
    expect([...(await publishedFiles([folder]))]).toEqual(both)
    await git(ann, 'remote', 'set-head', 'origin', '--delete')
    expect([...(await publishedFiles([folder]))]).toEqual(both)
    await git(ann, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/gone')
    expect([...(await publishedFiles([folder]))]).toEqual(both)
  })

  test('is what lies in a folder that is reached by a link, too', async () => {
    const { ann } = await useClone()
    const link = join(useFolder(), 'link')
    symlinkSync(join(ann, 'migrations'), link, 'dir')
    expect((await publishedFiles([link])).has(join(link, 'main1.ts'))).toBe(true)
  })

  test('is unknown without a repository, a remote or the folder', async () => {
    const { ann } = await useClone()
    const folders = [useFolder(), join(ann, 'none')]
    expect(await publishedFiles(folders)).toEqual(new Map())
    await git(ann, 'remote', 'remove', 'origin')
    expect(await publishedFiles([join(ann, 'migrations')])).toEqual(new Map())
    const { moved } = await rebase({ cwd: ann, ...offline, onto: 'mine1' })
    expect(moved).toMatchObject([{ revision: 'main1' }])
  })
})
