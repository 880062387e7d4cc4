/** Whether the log is as it was written: what its hashes say, and what is applied. */
import type { Session } from '../database/session.ts'
import { expectedHash } from './chain.ts'
import { type LedgerLocation, logName, tableName } from './location.ts'
import { findLog, readingLog } from './read-log.ts'

export interface LogVerification {
  /** No problem was found. */
  readonly ok: boolean
  readonly rows: number
  /** How many of them are in the chain. */
  readonly chained: number
  /** The last row of the chain: who notes its hash elsewhere can ask for it later. */
  readonly head: { readonly id: number; readonly hash: string } | null
  /** The row with the hash that was asked for; null where none was, or no row has it. */
  readonly expected: { readonly id: number; readonly hash: string } | null
  readonly problems: readonly LogProblem[]
}

export interface LogProblem {
  /**
   * `changed`: a row does not give its hash. `missing`: a row follows one that is not there. `unchained`: a row without a hash after
   * others that have one. `unlogged`: the log does not know what is applied. `unrecorded`: what the log knows as applied is not.
   * `unexpected`: no row has the hash that was asked for. `gone`: there is no log.
   */
  readonly kind: 'changed' | 'missing' | 'unchained' | 'unlogged' | 'unrecorded' | 'unexpected' | 'gone'
  /** Of the row where it shows. */
  readonly id: number | null
  readonly revision: string | null
  /** One sentence. */
  readonly message: string
}

interface RowFacts {
  readonly id: number
  readonly revision: string
  readonly outcome: string
  readonly finishedAt: string
}

interface Facts {
  readonly rows: number
  readonly chained: number
  readonly firstId: number | null
  readonly head: LogVerification['head']
  readonly expected: LogVerification['expected']
  readonly changed: readonly RowFacts[] | null
  readonly missing:
    | readonly (RowFacts & { readonly before: RowFacts | null; readonly anyBefore: boolean })[]
    | null
  readonly unchained: readonly RowFacts[] | null
  readonly unlogged: readonly string[] | null
  readonly unrecorded: readonly RowFacts[] | null
}

/**
 * Computes every hash again, in one query whatever the number of rows. Creates nothing, locks nothing. Call it outside of a
 * transaction.
 *
 * @param expect the hash of a row that must be there
 * @throws LEDGER_FORBIDDEN, LEDGER_SHAPE
 */
export async function verifyChain(
  session: Session,
  location: LedgerLocation,
  expect: string | null,
): Promise<LogVerification> {
  const [table, log] = [tableName(location), logName(location)]
  return readingLog(`${table}, ${log}`, location, async () => {
    const found = await findLog(session, location)
    if (!found.log) return withoutLog(location, expect, found.table ? await countApplied(session, table) : 0)
    const [row] = await session.query<{ facts: Facts }>(
      factsSql(log, found.table ? table : null, found.chained),
      [expect],
    )
    if (row === undefined) throw new Error('the log gave no answer')
    return verificationOf(location, expect, row.facts)
  })
}

async function countApplied(session: Session, table: string): Promise<number> {
  const [row] = await session.query<{ n: number }>(
    `select count(*)::int as n from ${table} where status = 'applied'`,
  )
  return row?.n ?? 0
}

/** @param table null where there is none; @param chained whether the log has the columns of the chain */
function factsSql(log: string, table: string | null, chained: boolean): string {
  const facts = (of: string) =>
    `json_build_object('id', ${of}.id, 'revision', ${of}.revision, 'outcome', ${of}.outcome, 'finishedAt', ${of}.finished_at)`
  const list = (from: string, item = facts('r')) => `(select json_agg(${item} order by r.id) from ${from})`
  const chain = chained
    ? `previous, hash, case when hash is not null then ${expectedHash} end as expected`
    : 'null::text as previous, null::text as hash, null::text as expected'
  const version =
    table === null
      ? 'select null::text as revision, null::text as status where false'
      : `select revision, status from ${table}`
  return `with row as materialized (
  select id, revision, outcome, finished_at at time zone 'UTC' as finished_at, ${chain} from ${log} as l
),
link as materialized (
  select *, lag(hash) over byid as hash_before, lag(expected) over byid as expected_before, lag(${facts('row')}) over byid as before
  from row where hash is not null window byid as (order by id)
),
-- A full join is one of hashes, or of what is sorted: never one of each with each.
compared as materialized (
  select l.id, coalesce(l.revision, v.revision) as revision, l.outcome, l.finished_at, v.status
  from (
    select * from (
      select distinct on (revision) id, revision, outcome, finished_at from row where outcome <> 'failed' order by revision, id desc
    ) as last
    where outcome in ('applied', 'stamped')
  ) as l full join (${version}) as v on v.revision = l.revision
)
select json_build_object(
  'rows', (select count(*) from row),
  'chained', (select count(*) from link),
  'firstId', (select min(id) from link),
  'head', (select json_build_object('id', id, 'hash', hash) from link order by id desc limit 1),
  'expected', (select json_build_object('id', id, 'hash', hash) from link where hash = $1::text order by id desc limit 1),
  'changed', ${list('link as r where r.hash <> r.expected')},
  'missing', ${list(
    // A row before it that was changed is named itself, and the chain goes on behind it.
    `link as r where r.previous is distinct from coalesce(r.hash_before, '')
      and (r.hash_before = r.expected_before or r.previous is distinct from r.expected_before)`,
    `${facts('r')}::jsonb || jsonb_build_object(
      'before', r.before, 'anyBefore', r.id > coalesce((select min(id) from row where hash is null), r.id))`,
  )},
  'unchained', ${list('row as r where r.hash is null and r.id > (select min(id) from link)')},
  'unlogged', (select json_agg(r.revision order by r.revision) from compared as r where r.id is null and r.status = 'applied'),
  'unrecorded', ${list('compared as r where r.status is null')}
) as facts`
}

function verificationOf(location: LedgerLocation, expect: string | null, facts: Facts): LogVerification {
  const { rows, chained, head, expected, firstId } = facts
  const table = tableName(location)
  const problems: LogProblem[] = [
    ...(facts.changed ?? []).map((row) =>
      problem('changed', row, `${nameOf(row, 'Row')} was changed: what it says does not give its hash.`),
    ),
    ...(facts.missing ?? []).map((row) => problem('missing', row, missingText(row))),
    ...(facts.unchained ?? []).map((row) =>
      problem(
        'unchained',
        row,
        `${nameOf(row, 'Row')} has no hash, though rows are chained since row ${firstId}: it was written by an older dbmig, by a role that may not write the hash, or by hand.`,
      ),
    ),
    ...(facts.unlogged ?? []).map((revision) => ({
      ...{ kind: 'unlogged' as const, id: null, revision },
      message: `Revision ${revision} is applied, says ${table}, and the log does not: a row of the log was removed, or the table was changed by hand.`,
    })),
    ...(facts.unrecorded ?? []).map((row) =>
      problem(
        'unrecorded',
        row,
        `Revision ${row.revision} is applied since row ${row.id}, says the log, and ${table} does not have it: a row of the log was removed, or the table was changed by hand.`,
      ),
    ),
    ...(expect !== null && expected === null ? [unexpected(expect)] : []),
  ]
  return { ok: problems.length === 0, rows, chained, head, expected, problems }
}

function missingText(
  row: RowFacts & { readonly before: RowFacts | null; readonly anyBefore: boolean },
): string {
  const { before, anyBefore } = row
  const name = nameOf(row, 'row')
  if (before === null) {
    const others = anyBefore ? ', or lost their hashes' : ''
    return `Rows before ${name} were removed${others}: the row that it follows is not there.`
  }
  const place = `the row that ${name} follows is not there`
  // A rollback leaves a gap as well, so that a gap alone says nothing.
  return row.id === before.id + 1
    ? `${nameOf(before, 'Row')} was changed and given a new hash: ${place}.`
    : `Rows between ${nameOf(before, 'row')} and row ${row.id} were removed, or row ${before.id} was changed and given a new hash: ${place}.`
}

function unexpected(hash: string): LogProblem {
  return {
    ...{ kind: 'unexpected', id: null, revision: null },
    message: `No row of the log has the hash ${hash}: it was removed, or changed and given a new one.`,
  }
}

function withoutLog(location: LedgerLocation, expect: string | null, applied: number): LogVerification {
  const gone: LogProblem = {
    ...{ kind: 'gone', id: null, revision: null },
    message: `The log ${logName(location)} is not there, though ${tableName(location)} says that ${applied} ${applied === 1 ? 'revision is' : 'revisions are'} applied: it was dropped or renamed.`,
  }
  const problems = [...(applied > 0 ? [gone] : []), ...(expect === null ? [] : [unexpected(expect)])]
  return { ok: problems.length === 0, rows: 0, chained: 0, head: null, expected: null, problems }
}

function problem(kind: LogProblem['kind'], { id, revision }: RowFacts, message: string): LogProblem {
  return { kind, id, revision, message }
}

/** `Row 7 (applied 3f2a9c1b7d10, 2026-11-22T18:40:01Z)` */
function nameOf({ id, outcome, revision, finishedAt }: RowFacts, word: 'Row' | 'row'): string {
  return `${word} ${id} (${outcome} ${revision}, ${finishedAt.replace(/\.\d+$/, '')}Z)`
}
