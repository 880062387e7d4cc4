/** What to do about a revision that has failed: by what is left of it, and by what PostgreSQL said. */
import { sqlStateOf, statementOf } from '../database/pg-error.ts'
import { DbmigError, messageOf } from '../errors.ts'
import { NamedInvalid } from './unfinished/invalid-indexes.ts'

/** How much of a failed revision is still in the database. */
export type Remains = 'nothing' | 'nothing of the run' | 'what ran before the error'

interface Failure {
  readonly revision: { readonly revision: string }
  readonly direction: 'up' | 'down'
  /** What a retry drops by itself. */
  readonly left: readonly { readonly oid: string }[]
}

/** `Nothing of it remains`: to be followed by what to do. */
export function remainsOf({ direction }: Pick<Failure, 'direction'>, remains: Remains): string {
  if (remains === 'nothing of the run') return 'Nothing of this run remains'
  return direction === 'up'
    ? 'Nothing of it remains'
    : 'All of the revision is there as it was before, and it is still applied'
}

/** @param faulty what is to be corrected, unless `cause` says otherwise */
export function adviceOn(
  failure: Failure,
  cause: unknown,
  remains: Remains,
  faulty: 'file' | 'hook',
): string {
  const cure = faulty === 'hook' ? null : cureOf(failure, cause, remains)
  if (remains !== 'what ran before the error') {
    // What is wrong with the ledger is no fault of the file, and its message says what to do.
    if (cause instanceof DbmigError && cause.code.startsWith('LEDGER_'))
      return `${remainsOf(failure, remains)}.`
    return `${remainsOf(failure, remains)}; ${cure ?? `correct the ${faulty}`} and run again.`
  }
  const retry = `Run it again with --retry once ${cure === null ? 'that can go well' : `you did this: ${cure}`}, or`
  const id = failure.revision.revision
  return failure.direction === 'up'
    ? `It ran outside a transaction, so what ran before the error stays. ${retry} undo what it did, or do the rest of it, and say which with "dbmig resolve".`
    : `It ran outside a transaction, so what was undone before the error stays undone. ${retry} undo the rest by hand and say so with "dbmig resolve ${id} --rolled-back", or bring back what is gone and say so with "dbmig resolve ${id} --applied".`
}

/** What helps where the file need not be wrong; null where it is. */
function cureOf({ left }: Failure, cause: unknown, remains: Remains): string | null {
  if (cause instanceof NamedInvalid) {
    const known = new Set(left.map(({ oid }) => oid))
    const drops = cause.indexes.filter(({ oid }) => !known.has(oid))
    return drops.length === 0 ? null : drops.map(({ name }) => `drop index concurrently ${name}`).join(', ')
  }
  const said = messageOf(cause)
  switch (sqlStateOf(cause)) {
    case '57014':
      return /user request/.test(said)
        ? 'it was canceled from another session of the server: find out why'
        : "give it longer with --statement-timeout, or in the file with export const config = { statementTimeout: '10min' },"
    case '42501':
      return `${grantFor(said)}, or connect as a role that may,`
    case '25001':
      // `set transaction …`, too, has this code.
      return remains === 'what ran before the error' || /^\s*set\b/i.test(statementOf(cause) ?? '')
        ? null
        : 'put export const config = { transaction: false } into the file, so that it runs outside a transaction,'
    default:
      return null
  }
}

/** PostgreSQL does not tell which right it was that it looked for. */
function grantFor(said: string): string {
  const denied =
    /^permission denied for (table|view|materialized view|sequence|schema|database|function|type|language|foreign server|foreign-data wrapper) (.+)$/.exec(
      said,
    )
  if (denied !== null) {
    const [, kind = '', name = ''] = denied
    const rights = { schema: 'usage, create', database: 'create' }[kind] ?? '…'
    return `let the role do it (grant ${rights} on ${/view/.test(kind) ? 'table' : kind} ${name} to …)`
  }
  const [, owned] = /^must be owner of (.+)$/.exec(said) ?? []
  if (owned !== undefined) return `make the role the owner of ${owned} (alter ${owned} owner to …)`
  return 'let the role do it'
}
