/** The settings that a run asks for: while a transaction lasts, or until they are undone. */
import { literalOf } from '../sql/inline-parameters.ts'
import { invalidSetting } from './errors.ts'
import { sqlStateOf } from './pg-error.ts'

/** Undefined: as the server has it. `'0'`: no limit. */
export interface Settings {
  readonly lockTimeout?: string | undefined
  readonly statementTimeout?: string | undefined
  /** A schema that comes first in `search_path`, before what that is without: a tenant's. */
  readonly schema?: string | undefined
}

/** How long a statement waits for a lock, unless told: what queues behind it waits as long. */
export const defaultLockTimeout = '5s'

/** The statements that set them: `local` for the transaction that is open, `session` until `resetSql`. */
export function settingsSql(settings: Settings, scope: 'local' | 'session'): string[] {
  const { schema } = settings
  return [
    ...namesAndValues(settings).map(([name, value]) => `set ${scope} ${name} = ${literalOf(value)}`),
    ...(schema === undefined ? [] : [searchPathSql(schema, scope)]),
  ]
}

/** Whatever the session has been told before: the schema would stand there once more for each time. */
function searchPathSql(schema: string, scope: 'local' | 'session'): string {
  return `select set_config('search_path', concat_ws(', ', quote_ident(${literalOf(schema)}),
  (select nullif(reset_val, '') from pg_settings where name = 'search_path')), ${scope === 'local'})`
}

/** The sentence for an error of the statements above; null where it is another error. */
export function refusedSetting(settings: Settings, error: unknown): Error | null {
  if (!sqlStateOf(error)?.startsWith('22')) return null
  const said = error instanceof Error ? error.message : ''
  const refused = namesAndValues(settings).find(([name]) => said.includes(name))
  return refused === undefined ? null : invalidSetting(...refused, error)
}

function namesAndValues({ lockTimeout, statementTimeout }: Settings): [name: string, value: string][] {
  return [
    ...(lockTimeout === undefined ? [] : [['lock_timeout', lockTimeout] as [string, string]]),
    ...(statementTimeout === undefined ? [] : [['statement_timeout', statementTimeout] as [string, string]]),
  ]
}

/** The statements of `resetSql`, but for prepared statements. */
export const resetKeepingPrepared: readonly string[] = [
  ...['close all', 'reset session authorization', 'reset role', 'reset all', "set client_encoding to 'UTF8'"],
  ...['discard temp', 'discard sequences', 'unlisten *'],
]

/**
 * Undoes what a session holds, but its advisory locks: every `set`, `set role` included, temporary tables, cursors, prepared statements,
 * cached values of sequences, `listen`. It is what `discard all` does, in a transaction too. Behind a pooler `reset all` also goes back
 * to the encoding that the server would speak by itself, while pg goes on in UTF-8.
 */
export const resetSql = [...resetKeepingPrepared, 'deallocate all'].join('; ')
