/** One schema of the corpus, pulled as a team with a database would: in TypeScript, in SQL, and built again from the revision. */
import { join } from 'node:path'
import { type PullOptions, pull } from '../../src/authoring/pull/pull.ts'
import { check } from '../../src/comparison/check.ts'
import type { Project } from '../../src/config/config.ts'
import { openSession } from '../../src/database/open.ts'
import { downgrade } from '../../src/runner/downgrade.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { load, type Schema } from './corpus.ts'
import { attempt, mustBeEqual, mustBeUpToDate, type Outcome, type Place, projectOf } from './round-trip.ts'

/** Pull → check is clean; the revision builds an empty database just so, and takes it back; the same in SQL and in one file. */
export async function runPull(schema: Schema, place: Place): Promise<Outcome> {
  return attempt(schema.id, place, async ({ before, after, live, folder }, stage) => {
    stage('load')
    await load(place.corpus, [schema.file], live)
    const pulled = async (name: string, file: string, options: PullOptions): Promise<Project> => {
      const project = await projectOf(live, [join(folder, name, file)], folder)
      const own = { ...project, migrations: [join(folder, name, 'migrations')] }
      stage(`pull: ${name}`)
      const first = await pull(own, options)
      stage(`check: ${name}`)
      mustBeUpToDate(await check(own))
      stage(`pull again: ${name}`)
      await forget(live)
      const again = await pull(own, options)
      if (again.files.some(({ action }) => action !== 'keep') || again.path !== first.path)
        throw new Error('A second pull would write other files.')
      return own
    }
    const project = await pulled('by table', 'schema.ts', { split: 'table' })
    stage('upgrade from the pulled revision')
    await upgrade({ ...project, url: after }, { target: 'head' })
    await mustBeEqual(place, after, live)
    stage('downgrade')
    await downgrade({ ...project, url: after }, { target: 'base' })
    await mustBeEqual(place, after, before)
    await forget(live)
    const sql = await pulled('sql', 'schema.sql', { sql: true })
    stage('psql -f of the pulled SQL')
    await load(place.corpus, [sql.schema[0] ?? ''], after)
    await mustBeEqual(place, after, live)
    await forget(live)
    await pulled('one file', 'schema.mjs', { split: 'none', proof: false })
  })
}

/** As if the earlier pull had not come to its stamp. */
async function forget(url: string): Promise<void> {
  await execute(url, 'drop table if exists dbmig_version, dbmig_log')
}

async function execute(url: string, sql: string): Promise<void> {
  const session = await openSession(url)
  try {
    await session.execute(sql)
  } finally {
    await session.close()
  }
}
