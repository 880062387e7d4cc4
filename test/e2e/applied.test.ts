/** What the ledger knows and the files do not say: revisions that were left out, files that are gone, targets that are applied. */
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type CliResult, configFor, dbmig, revisionText, tables, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'

/** A project whose revisions aaa1, bbb2, ccc3 are applied. */
async function useApplied() {
  const { url } = await useTestDatabase()
  const cwd = useProject({
    'dbmig.config.js': `export default ${JSON.stringify({ url, schema: 'schema.sql' })}\n`,
    'schema.sql': '',
    ...tables('aaa1', 'bbb2', 'ccc3'),
  })
  const run = (...args: string[]): Promise<CliResult> => dbmig(args, { cwd })
  expect(await run('upgrade', 'head')).toMatchObject({ exitCode: 0 })
  return {
    run,
    write: (revision: string, down: string) =>
      writeFileSync(
        join(cwd, `migrations/${revision}.ts`),
        revisionText({
          revision,
          down,
          up: `  await db.schema.createTable('t_${revision}').addColumn('id', 'integer').execute()`,
          undo: `  await db.schema.dropTable('t_${revision}').execute()`,
        }),
      ),
    remove: (revision: string) => rmSync(join(cwd, `migrations/${revision}.ts`)),
    rename: (revision: string) =>
      renameSync(join(cwd, `migrations/${revision}.ts`), join(cwd, `migrations/renamed_${revision}.ts`)),
  }
}

/** With `new1` put between the applied bbb2 and ccc3. */
async function useSpliced() {
  const project = await useApplied()
  project.write('new1', 'bbb2')
  project.write('ccc3', 'new1')
  return project
}

describe('a revision that was put below an applied one and never ran', () => {
  test('is named by current, apart from what is pending', async () => {
    const { run, write } = await useSpliced()
    write('ddd4', 'ccc3')
    const { stdout } = await run('current')
    expect(stdout).toContain(
      'Never ran, though a revision above is applied: new1 (dbmig upgrade heads --out-of-order)',
    )
    expect(stdout).toContain('1 revision is pending: dbmig upgrade heads')
    const { stdout: json } = await run('current', '--json')
    expect(JSON.parse(json)).toMatchObject({
      heads: ['ccc3'],
      pending: 2,
      unknown: [],
      outOfOrder: ['new1'],
      unfinished: [],
    })
  })

  test('is left out by upgrade, which says so', async () => {
    const { run, write } = await useSpliced()
    write('ddd4', 'ccc3')
    const { stdout, stderr } = await run('upgrade', 'head', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ steps: [{ revision: 'ddd4' }], outOfOrder: ['new1'] })
    expect(stderr).toContain(
      'warning: new1 never ran, though a revision above is applied. Add --out-of-order to run it.',
    )
  })

  test('runs with --out-of-order', async () => {
    const { run } = await useSpliced()
    const { stdout, stderr } = await run('upgrade', 'head', '--out-of-order')
    expect(stdout).toMatch(/^up {4}new1 .*\nThe database is at ccc3\.$/)
    expect(stderr).not.toContain('never ran')
    expect((await run('current')).stdout).not.toContain('Never ran')
  })

  test('leaves heads that the rows alone give, whatever the rows above said before', async () => {
    const { run, write } = await useSpliced()
    for (const flag of ['--dry-run', '--json']) {
      const { stdout } = await run('upgrade', 'head', '--out-of-order', flag, '--json')
      expect(JSON.parse(stdout)).toMatchObject({ heads: ['ccc3'] })
    }
    write('new2', 'new1')
    write('ccc3', 'new2')
    await run('stamp', 'head')
    expect(JSON.parse((await run('current', '--json')).stdout)).toMatchObject({ heads: ['ccc3'], pending: 0 })
  })

  test('is refused as a target without --out-of-order', async () => {
    const { run } = await useSpliced()
    const { exitCode, stderr } = await run('upgrade', 'new1')
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(
      /Revision new1 \(.*new1\.ts\) never ran, though a revision above it is applied\. Add --out-of-order to run it now\./,
    )
  })

  test('is named by check, with the way to run it', async () => {
    const { run } = await useSpliced()
    const { exitCode, stderr } = await run('check')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('Run `dbmig upgrade heads --out-of-order` first.')
    expect(stderr).toContain('  new1  message of new1 (below an applied revision)')
  })
})

describe('an applied revision without a file', () => {
  test('keeps current from advising an upgrade, which would be refused', async () => {
    const { run, write, remove } = await useApplied()
    remove('ccc3')
    write('ddd4', 'bbb2')
    expect((await run('current')).stdout).toMatch(/^1 revision is pending$/m)
  })

  test('is named by current and history', async () => {
    const { run, remove } = await useApplied()
    remove('ccc3')
    for (const command of ['current', 'history']) {
      const { exitCode, stdout } = await run(command)
      expect(exitCode).toBe(0)
      expect(stdout).toContain('Applied in the database, but no file declares: ccc3')
    }
  })

  test('makes what it followed no current one, for history as for current', async () => {
    const { run, remove } = await useApplied()
    remove('ccc3')
    expect((await run('current')).stdout).not.toContain('bbb2')
    expect((await run('history')).stdout).toMatch(/bbb2 .* \(head\)\n/)
  })

  test.each([['upgrade', 'head'], ['downgrade', '-1'], ['stamp', 'head'], ['check']])(
    'stops %s %s, which say how to go on',
    async (...command) => {
      const { run, remove } = await useApplied()
      remove('ccc3')
      const { exitCode, stdout, stderr } = await run(...command)
      expect(exitCode).toBe(1)
      expect(stdout).toBe('')
      expect(stderr).toContain(
        'The database has applied ccc3, and no file declares that. Restore the file (look at the other branches of the repository), or make the ledger forget with "dbmig stamp --purge <revision>".',
      )
    },
  )

  test('is forgotten by stamp --purge', async () => {
    const { run, remove } = await useApplied()
    remove('ccc3')
    expect(await run('stamp', '--purge', 'head')).toMatchObject({ exitCode: 0 })
    expect(JSON.parse((await run('current', '--json')).stdout)).toMatchObject({
      heads: ['bbb2'],
      unknown: [],
    })
  })
})

describe('a file that changed after it ran', () => {
  test('is marked by history and current; a new name or comment is no change', async () => {
    const { run, write, rename } = await useApplied()
    rename('bbb2')
    expect((await run('history')).stdout).not.toContain('file changed since')
    write('ccc3', 'aaa1')
    expect((await run('history')).stdout).toMatch(/^ccc3 .*file changed since/m)
    expect((await run('current')).stdout).toMatch(/^ccc3 .*file changed since/m)
  })
})

describe('a target that is applied', () => {
  test('upgrade to a revision below says that it is applied', async () => {
    const { run } = await useApplied()
    expect((await run('upgrade', 'aaa1')).stdout).toBe(
      'Nothing to do: revision aaa1 is applied already. The database is at ccc3.',
    )
    expect(JSON.parse((await run('upgrade', 'aaa', '--json')).stdout)).toMatchObject({
      steps: [],
      alreadyApplied: ['aaa1'],
    })
  })

  test('upgrade to the head says where the database is', async () => {
    const { run } = await useApplied()
    expect((await run('upgrade', 'head')).stdout).toBe('Nothing to do: the database is at ccc3.')
  })
})

describe('steps from several applied heads', () => {
  test.each([
    ['upgrade', '+1'],
    ['downgrade', '-1'],
  ])('%s %s says what to type instead', async (command, step) => {
    const { run, write } = await useApplied()
    write('side', 'aaa1')
    await run('upgrade', 'heads')
    const { exitCode, stderr } = await run(command, step)
    expect(exitCode).toBe(1)
    expect(stderr).toContain(
      `"${step}" is ambiguous, as the database is at 2 heads. Say which one: ccc3@${step}, side@${step}.`,
    )
  })
})

test('what a configuration or a revision prints goes to stderr, beside the result', async () => {
  const { url } = await useTestDatabase()
  const cwd = useProject({
    'dbmig.config.js': `console.log('of the configuration')\n${configFor(url)}`,
    'migrations/aaa1.ts': revisionText({ revision: 'aaa1', up: `  console.info('of the revision')` }),
  })
  const { stdout, stderr } = await dbmig(['upgrade', 'head', '--json'], { cwd })
  expect(JSON.parse(stdout)).toMatchObject({ heads: ['aaa1'] })
  expect(stderr).toMatch(/of the configuration[\s\S]*of the revision/)
})

test('a read makes no ledger', async () => {
  const database = await useTestDatabase()
  const cwd = useProject({ 'dbmig.config.js': configFor(database.url), ...tables('aaa1') })
  for (const command of [
    ['current'],
    ['history'],
    ['heads'],
    ['show', 'current'],
    ['branches'],
    ['upgrade', 'head', '--dry-run'],
  ])
    expect(await dbmig(command, { cwd })).toMatchObject({ exitCode: 0 })
  expect(await database.query(`select relname from pg_class where relname like 'dbmig%'`)).toEqual([])
})
