/** Making the template of a project on a server: by one process, whole or not at all. */
import { createHash } from 'node:crypto'
import { sqlStateOf } from '../database/pg-error.ts'
import { quoteIdentifier } from '../database/quote.ts'
import type { Session } from '../database/session.ts'
import { createDatabase, dropDatabase } from '../shadow/server-database.ts'
import type { Keeper } from './keeper.ts'
import { templatePattern } from './names.ts'
import type { Template } from './template.ts'

/** Makes a template unless it is there; several processes may ask for it at once, and one makes it. */
export function buildTemplate(keeper: Keeper, name: string, url: string, template: Template): Promise<void> {
  const running = keeper.building.get(name)
  if (running !== undefined) return running
  const building = withLock(keeper.session, name, async () => {
    if (await isThere(keeper.session, name)) return
    await build(keeper.session, name, url, template)
    await dropFormer(keeper.session, name, template.group)
  }).finally(() => keeper.building.delete(name))
  keeper.building.set(name, building)
  return building
}

/** It has its name, by which it is found, when it is complete. What a crash leaves is dropped like any shadow database. */
async function build(session: Session, name: string, url: string, template: Template): Promise<void> {
  const database = await createDatabase(session, url)
  try {
    await template.fill(database.url)
    // PostgreSQL copies no database that somebody is connected to.
    await session.query(`alter database ${database.name} allow_connections false`)
    await session.query(`alter database ${database.name} rename to ${quoteIdentifier(name)}`)
  } catch (error) {
    await dropDatabase(session, database)
    throw error
  }
}

async function dropFormer(session: Session, name: string, group: string): Promise<void> {
  const former = await session.query<{ name: string }>(
    `select datname::text as name from pg_database where datname ~ $1 and datname <> $2 and pg_has_role(datdba, 'usage')`,
    [templatePattern(group), name],
  )
  for (const { name: other } of former) await dropQuietly(session, other)
}

/** Drops a database unless somebody uses it, or another process does the same at this moment. */
export async function dropQuietly(session: Session, name: string): Promise<void> {
  try {
    await session.query(`drop database if exists ${quoteIdentifier(name)}`)
  } catch (error) {
    if (!['55006', '3D000', '42501', 'XX000'].includes(sqlStateOf(error) ?? '')) throw error
  }
}

async function isThere(session: Session, name: string): Promise<boolean> {
  return (await session.query('select from pg_database where datname = $1', [name])).length > 0
}

async function withLock(session: Session, name: string, work: () => Promise<void>): Promise<void> {
  const key = lockKey(name)
  await session.query('select pg_advisory_lock($1::bigint)', [key])
  try {
    await work()
  } finally {
    await session.query('select pg_advisory_unlock($1::bigint)', [key])
  }
}

/** Of an advisory lock. */
export function lockKey(name: string): string {
  return createHash('sha256').update(`dbmig testing ${name}`).digest().readBigInt64BE(0).toString()
}
