/** A scratch database on a server: making one like the database beside it, and dropping it. */

import { openSession } from '../database/open.ts'
import { isPgError, sqlStateOf } from '../database/pg-error.ts'
import { quoteIdentifier } from '../database/quote.ts'
import type { Session } from '../database/session.ts'
import { withDatabase } from '../database/uri.ts'
import { creationFailed, dropFailed } from './errors.ts'
import { shadowName, shadowPattern, shadowTime } from './shadow-name.ts'

export interface ServerDatabase {
  readonly name: string
  readonly url: string
}

/** What a new database must have in common with its model. The columns differ by version (manual, pg_database). */
interface Model {
  readonly encoding: string
  readonly collate: string
  readonly ctype: string
  /** `c`, `i`, `b`; null before PostgreSQL 15. */
  readonly provider: string | null
  readonly locale: string | null
  readonly rules: string | null
  /** By the server's clock. */
  readonly now: number
}

export const modelQuery = `
  select pg_encoding_to_char(d.encoding)::text as encoding, d.datcollate::text as collate, d.datctype::text as ctype,
         to_jsonb(d)->>'datlocprovider' as provider,
         coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale') as locale,
         to_jsonb(d)->>'daticurules' as rules, extract(epoch from now())::float8 as now
  from pg_database d where datname = current_database()`

/**
 * Creates an empty database with the encoding, the collation and the settings of the one that a session is connected to.
 *
 * PostgreSQL's own choice of strategy is the right one: `wal_log` takes half as long as `file_copy` on 15 and on 18 (50 and
 * 100 ms against 100 and 220), its DROP too, and it forces no checkpoint on a server that is at work.
 *
 * @throws SHADOW_CREATE_FAILED; PostgreSQL's own 42501 where the role may not create databases
 */
export async function createDatabase(maintenance: Session, url: string): Promise<ServerDatabase> {
  const [model] = await maintenance.query<Model & Record<string, unknown>>(modelQuery)
  if (model === undefined) throw new Error('The database is not in pg_database.')
  const name = shadowName(model.now)
  try {
    await maintenance.query(`create database ${name} template template0 ${likeModel(model).join(' ')}`)
  } catch (error) {
    throw isPgError(error) && error.code !== '42501' ? creationFailed(url, error) : error
  }
  const database = { name, url: withDatabase(url, name) }
  try {
    await copySettings(maintenance, name)
  } catch (error) {
    await dropDatabase(maintenance, database)
    throw creationFailed(url, error)
  }
  return database
}

function likeModel({ encoding, collate, ctype, provider, locale, rules }: Model): string[] {
  const options = [
    `encoding ${literal(encoding)}`,
    `lc_collate ${literal(collate)}`,
    `lc_ctype ${literal(ctype)}`,
  ]
  if (provider === 'i') {
    options.push('locale_provider icu', `icu_locale ${literal(locale ?? '')}`)
    if (rules !== null) options.push(`icu_rules ${literal(rules)}`)
  } else if (provider === 'b') {
    options.push('locale_provider builtin', `builtin_locale ${literal(locale ?? '')}`)
  } else if (provider === 'c') {
    options.push('locale_provider libc')
  }
  return options
}

/**
 * Copies what `alter database … set` and `alter role … in database … set` made of the model, as far as it binds this role
 * and this role may say so. FROM CURRENT spares the quoting of lists; the script is one
 * transaction, so the connection itself keeps none of it.
 */
export async function copySettings(maintenance: Session, name: string): Promise<void> {
  const settings = await maintenance.query<{ setting: string; value: string; ofRole: boolean }>(`
    select split_part(c, '=', 1) as setting, substr(c, strpos(c, '=') + 1) as value, s.setrole <> 0 as "ofRole"
    from pg_db_role_setting s cross join unnest(s.setconfig) c
    left join pg_settings p on p.name = split_part(c, '=', 1)
    where s.setdatabase = (select oid from pg_database where datname = current_database())
      and s.setrole in (0, (select oid from pg_roles where rolname = current_user))
      and (p.name is null or p.context = 'user'
           or p.context = 'superuser' and (select rolsuper from pg_roles where rolname = current_user))
    order by s.setrole`)
  for (const { setting, value, ofRole } of settings) {
    const whose = ofRole ? `role current_user in database ${name}` : `database ${name}`
    const quoted = setting.split('.').map(quoteIdentifier)
    await maintenance.execute(
      `select set_config(${literal(setting)}, ${literal(value)}, true); alter ${whose} set ${quoted.join('.')} from current`,
    )
  }
}

/** Drops a shadow database, whoever is connected to it. @throws SHADOW_DROP_FAILED */
export async function dropDatabase(maintenance: Session, { name, url }: ServerDatabase): Promise<void> {
  const drop = () => maintenance.query(`drop database if exists "${name}" with (force)`)
  try {
    await drop().catch(async (error: unknown) => {
      if (sqlStateOf(error) !== '55006') throw error
      await dropSubscriptions(url)
      await drop()
    })
  } catch (error) {
    throw dropFailed(url, name, error)
  }
}

/** A database with a subscription cannot be dropped; one that has let go of its slot leaves the publisher alone. */
async function dropSubscriptions(url: string): Promise<void> {
  const session = await openSession(url)
  try {
    const subscriptions = await session.query<{ name: string }>(
      'select quote_ident(subname) as name from pg_subscription where subdbid = (select oid from pg_database where datname = current_database())',
    )
    for (const { name } of subscriptions) {
      await session.query(`alter subscription ${name} disable`)
      await session.query(`alter subscription ${name} set (slot_name = none)`)
      await session.query(`drop subscription ${name}`)
    }
  } finally {
    await session.close()
  }
}

/** Older than any run's pause between making a shadow and connecting to it. */
const orphanAge = 60

/** Drops what crashed runs left behind: shadows older than a minute that nobody is connected to. */
export async function dropOrphans(maintenance: Session): Promise<void> {
  const idle = await maintenance.query<{ name: string; now: number }>(
    `select datname::text as name, extract(epoch from now())::float8 as now from pg_database d
     where datname ~ $1 and pg_has_role(datdba, 'usage')
       and not exists (select from pg_stat_activity a where a.datid = d.oid)`,
    [shadowPattern],
  )
  for (const { name, now } of idle) {
    const made = shadowTime(name)
    if (made === null || now - made < orphanAge) continue
    try {
      // Without FORCE: should its run be alive and connect now, PostgreSQL refuses.
      await maintenance.query(`drop database if exists "${name}"`)
    } catch (error) {
      if (!anotherRunHasIt(error)) throw error
    }
  }
}

/** In use, gone, another role's, or being dropped by another run at this moment: not ours to drop. */
function anotherRunHasIt(error: unknown): boolean {
  return ['55006', '3D000', '42501', 'XX000'].includes(sqlStateOf(error) ?? '')
}

/** The user whom a session's URL names, for messages. */
export async function roleOf(session: Session): Promise<string> {
  const [row] = await session.query<{ role: string }>('select current_user::text as role')
  return row?.role ?? ''
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
