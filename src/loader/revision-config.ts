/** What a revision's file asks of the run: `export const config = { transaction: false, lockTimeout: '1s' }`. */
import { nearest } from '../nearest.ts'
import { dbmigVersion, isAtLeast } from '../version.ts'
import { badHeader, newerNeeded, unknownRevisionKey } from './errors.ts'

export interface RevisionConfig {
  /** False where the file asks to run outside a transaction. Kysely's own name for it. */
  readonly transaction: boolean
  /** PostgreSQL's `lock_timeout` and `statement_timeout` for this revision; undefined: as the run has them. */
  readonly lockTimeout: string | undefined
  readonly statementTimeout: string | undefined
}

/** What a timeout must be, in words. */
export const timeoutWords =
  "a duration in PostgreSQL's units, such as '3s', '500ms' or '2min', or '0' for none"

/** Whether it is a timeout as PostgreSQL's settings are written. */
export function isTimeout(value: unknown): value is string {
  return typeof value === 'string' && /^\d+(?:\.\d+)? ?(?:us|ms|s|min|h|d)?$/.test(value)
}

const keys = ['transaction', 'lockTimeout', 'statementTimeout', 'requires']

/**
 * Checks what a revision's module exports as `config`.
 *
 * @throws LOADER_BAD_HEADER, LOADER_NEWER_NEEDED
 */
export function revisionConfig(config: unknown, path: string): RevisionConfig {
  const given = config ?? {}
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw badHeader(path, 'config', config, 'an object such as { transaction: false }')
  }
  requireVersion(Reflect.get(given, 'requires'), path)
  for (const key of Object.keys(given)) {
    if (!keys.includes(key)) throw unknownRevisionKey(path, key, nearest(key, keys) ?? null)
  }
  const transaction: unknown = Reflect.get(given, 'transaction') ?? true
  if (typeof transaction !== 'boolean')
    throw badHeader(path, 'config.transaction', transaction, 'true or false')
  const timeout = (key: 'lockTimeout' | 'statementTimeout'): string | undefined => {
    const value: unknown = Reflect.get(given, key)
    if (value === undefined || isTimeout(value)) return value
    throw badHeader(path, `config.${key}`, value, timeoutWords)
  }
  return { transaction, lockTimeout: timeout('lockTimeout'), statementTimeout: timeout('statementTimeout') }
}

/** Asked first: what the file says besides may be what this version does not know yet. */
function requireVersion(requires: unknown, path: string): void {
  if (requires === undefined) return
  if (typeof requires !== 'string' || !/^\d+\.\d+\.\d+$/.test(requires))
    throw badHeader(
      path,
      'config.requires',
      requires,
      "the oldest version of dbmig that will do, such as '1.2.0'",
    )
  const version = dbmigVersion()
  if (!isAtLeast(version, requires)) throw newerNeeded(path, requires, version)
}
