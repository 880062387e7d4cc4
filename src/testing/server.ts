/** Databases for tests on a server: copies of a template, made and dropped over one connection of the process. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { isPgError, sqlStateOf } from '../database/pg-error.ts'
import { quoteIdentifier } from '../database/quote.ts'
import type { Session } from '../database/session.ts'
import { withDatabase } from '../database/uri.ts'
import { copySettings } from '../shadow/server-database.ts'
import type { Clone } from './clone.ts'
import { cloneFailed, dropFailed, mayNotCreate } from './errors.ts'
import { borrow, giveBack, type Keeper } from './keeper.ts'
import { cloneName, templateName } from './names.ts'
import { buildTemplate } from './server-template.ts'
import { hash, type Template } from './template.ts'

/** @throws TESTING_NOT_ALLOWED, TESTING_CREATE_FAILED, and what an upgrade throws */
export async function cloneOnServer(url: string, template: Template): Promise<Clone> {
  const keeper = await borrow(url)
  const name = cloneName(keeper.owner, ++keeper.count)
  try {
    await copyTemplate(keeper, name, url, template)
  } catch (error) {
    await giveBack(url, keeper)
    if (!isPgError(error)) throw error
    throw error.code === '42501' ? mayNotCreate(url, keeper.role, error) : cloneFailed(url, error)
  }
  const address = withDatabase(url, name)
  return {
    url: address,
    open: () => poolOn(address),
    async drop() {
      try {
        await whenLeft(keeper.session, name)
        await keeper.session.query(`drop database if exists ${name} with (force)`)
      } catch (error) {
        throw isPgError(error) ? dropFailed(name, url, error) : error
      } finally {
        await giveBack(url, keeper)
      }
    },
  }
}

/**
 * PostgreSQL's own choice of strategy is the right one: `wal_log` takes 48 ms for 50 tables on 15 and `file_copy`, which forces a
 * checkpoint, 363; on 18 `file_copy_method = clone` is no faster than that where the file system only copies.
 */
async function copyTemplate(keeper: Keeper, name: string, url: string, template: Template): Promise<void> {
  const { session, role, database } = keeper
  // Who owns a template may copy it, and it is like the database of the URL.
  const source = templateName(
    template.group,
    hash(JSON.stringify([template.key, role, database])).slice(0, 24),
  )
  for (let attempt = 1; ; attempt++) {
    try {
      await session.query(`create database ${name} template ${quoteIdentifier(source)}`)
      break
    } catch (error) {
      // Not made yet, or dropped meanwhile by a run with other files.
      if (sqlStateOf(error) !== '3D000' || attempt === 5) throw error
      await buildTemplate(keeper, source, url, template)
    }
  }
  await copySettings(session, name)
}

/** How long who is leaving may take: a pool that has ended is about to hang up, and would throw if the server did so first. */
const patienceMs = 1000

async function whenLeft(session: Session, name: string): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (performance.now() < deadline) {
    const users = await session.query('select from pg_stat_activity where datname = $1 limit 1', [name])
    if (users.length === 0) return
    await sleep(10)
  }
}

/** An application has several connections; that of a session would make one transaction of two. */
async function poolOn(url: string): Promise<Kysely<unknown>> {
  const [{ Kysely, PostgresDialect }, { default: pg }] = await Promise.all([import('kysely'), import('pg')])
  return new Kysely<unknown>({
    dialect: new PostgresDialect({
      pool: new pg.Pool({ connectionString: url, application_name: 'dbmig (testing)' }),
    }),
  })
}
