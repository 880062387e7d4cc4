/** What a run says of a log whose rows stand in its way. */
import { describe, expect, test } from 'vitest'
import { downgrade } from '../../src/runner/downgrade.ts'
import { stamp } from '../../src/runner/stamp.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { useTestDatabase } from '../support/database.ts'
import { type RevisionSource, useProject } from './helpers.ts'

const a = { id: 'aaa1', up: 'create table a (id int)', undo: 'drop table a' }
const b = { id: 'bbb2', up: 'create table b (id int)', undo: 'drop table b' }

async function useApplied(next: RevisionSource) {
  const database = await useTestDatabase()
  await upgrade(await useProject(database.url, [a]), { target: 'head' })
  return { database, project: await useProject(database.url, [a, next]) }
}

const behind = (revision: string) =>
  `The sequence that numbers the rows of the log "public"."dbmig_log" is behind them, as after a restore: its next number is taken, so revision ${revision} was not recorded. Let the owner of the log run: select setval(pg_get_serial_sequence('"public"."dbmig_log"', 'id'), max(id)) from "public"."dbmig_log"; Then run again.`

describe('numbers that are behind the rows are named, with what mends them,', () => {
  test('by upgrade', async () => {
    const { database, project } = await useApplied(b)
    await database.query('alter table dbmig_log alter id restart with 1')
    const error: unknown = await upgrade(project, { target: 'head' }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      message: expect.stringMatching(/ failed on the way up: .* Then run again\. Nothing of it remains\.$/),
    })
    const said = String(error)
    expect(said).toContain(behind('bbb2'))
    await database.query('alter table dbmig_log alter id restart with 1')
    await database.query(/select setval.*?;/.exec(said)?.[0] ?? '')
    await expect(upgrade(project, { target: 'head' })).resolves.toMatchObject({ heads: ['bbb2'] })
  })

  test('by upgrade outside a transaction', async () => {
    const { database, project } = await useApplied({ ...b, outside: true })
    await database.query('alter table dbmig_log alter id restart with 1')
    await expect(upgrade(project, { target: 'head' })).rejects.toThrow(behind('bbb2'))
  })

  test('by stamp and downgrade', async () => {
    const { database, project } = await useApplied(b)
    await database.query('alter table dbmig_log alter id restart with 1')
    await expect(stamp(project, { targets: ['head'] })).rejects.toThrow(behind('bbb2'))
    await database.query('alter table dbmig_log alter id restart with 1')
    await expect(downgrade(project, { target: 'base' })).rejects.toThrow(behind('aaa1'))
  })
})
