/** Whether the log is as it was written: what its hashes say, and what is applied. */
import type { Session } from '../database/session.ts'
import { literalOf } from '../sql/inline-parameters.ts'
import { expectedHash } from './chain.ts'
import { logHidden } from './errors-log.ts'
import { type LedgerLocation, logName, tableName } from './location.ts'
import { type FoundLog, findLog, queryPlainly, readingLog } from './read-log.ts'

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
   * `changed`: a row does not give its hash. `missing`: a row follows one that is not there. `moved`: a row follows another one than
   * stands before it. `unchained`: a row without a hash after others that have one. `column`: a column of the chain is not
   * there. `unlogged`: the log does not know what is applied. `rewritten`: what is applied is not as it was logged. `unrecorded`: what the log knows as applied is not. `unexpected`: no
   * row has the hash that was asked for. `gone`: there is no log.
   */
  readonly kind:
    | ('changed' | 'missing' | 'moved' | 'unchained' | 'column')
    | ('unlogged' | 'rewritten' | 'unrecorded' | 'unexpected' | 'gone')
  /** Of the row where it shows. */
  readonly id: number | null
  readonly revision: string | null
  /** One sentence. */
  readonly message: string
}

interface RowFacts {
  readonly id: number
  /** `id` with all its digits. */
  readonly name: string
  readonly revision: string
  readonly outcome: string
  readonly finishedAt: string
}

/** A row that does not follow the one that stands before it. */
interface BrokenFacts extends RowFacts {
  readonly before: RowFacts | null
  /** Whether rows without hashes stand before it. */
  readonly anyBefore: boolean
  readonly changed: boolean
  /** The row that it follows by its hash, where that is in the log; empty where it is the first of the chain. */
  readonly follows: string | null
}

interface Facts {
  readonly rows: number
  readonly chained: number
  readonly first: string | null
  readonly head: LogVerification['head']
  readonly expected: LogVerification['expected']
  readonly changed: readonly RowFacts[] | null
  readonly broken: readonly BrokenFacts[] | null
  readonly unchained: readonly (RowFacts & { readonly lost: boolean })[] | null
  readonly unlogged: readonly string[] | null
  readonly rewritten: readonly (RowFacts & { readonly what: string })[] | null
  readonly unrecorded: readonly RowFacts[] | null
}

/**
 * Computes every hash again, in one query whatever the number of rows. Creates nothing, locks nothing. Call it outside of a
 * transaction.
 *
 * @param expect the hash of a row that must be there
 * @throws LEDGER_FORBIDDEN, LEDGER_HIDDEN, LEDGER_SHAPE
 */
export async function verifyChain(
  session: Session,
  location: LedgerLocation,
  expect: string | null,
): Promise<LogVerification> {
  const [table, log] = [tableName(location), logName(location)]
  return readingLog(session, location, ['table', 'log'], async () => {
    const found = await findLog(session, location)
    if (found.hidden.length > 0) throw logHidden(found.hidden, found.role)
    if (!found.log) return withoutLog(location, expect, found.table ? await countApplied(session, table) : 0)
    const sql = factsSql(log, { table: found.table ? table : null, chained: found.chain === 'whole', expect })
    const [row] = await queryPlainly<{ facts: Facts }>(session, sql)
    if (row === undefined) throw new Error('the log gave no answer')
    return verificationOf(location, expect, found, row.facts)
  })
}

async function countApplied(session: Session, table: string): Promise<number> {
  const [row] = await queryPlainly<{ n: number }>(
    session,
    `select count(*)::int as n from ${table} where status = 'applied'`,
  )
  return row?.n ?? 0
}

interface Asked {
  /** Null where there is none. */
  readonly table: string | null
  /** Whether the log has the columns of the chain. */
  readonly chained: boolean
  readonly expect: string | null
}

function factsSql(log: string, { table, chained, expect }: Asked): string {
  const facts = (of: string) =>
    `json_build_object('id', ${of}.id, 'name', ${of}.id::text, 'revision', ${of}.revision, 'outcome', ${of}.outcome, 'finishedAt', ${of}.finished_at)`
  const list = (from: string, more = '') =>
    `(select json_agg(${more === '' ? facts('r') : `${facts('r')}::jsonb || jsonb_build_object(${more})`} order by r.id) from ${from})`
  const chain = chained
    ? `l.previous, l.hash, case when l.hash is not null then ${expectedHash('l.previous')} end as expected`
    : 'null::text as previous, null::text as hash, null::text as expected'
  const hashAfter = (previous: string) => (chained ? expectedHash(previous) : 'null::text')
  const version =
    table === null
      ? 'select null::text as revision, null::text as status, null::text as checksum, null::timestamp as applied_at where false'
      : `select revision, status, checksum, applied_at at time zone 'UTC' as applied_at from ${table}`
  return `with row as materialized (
  select l.id, l.revision, l.outcome, l.checksum, l.started_at at time zone 'UTC' as started_at,
    l.finished_at at time zone 'UTC' as finished_at, ${chain} from ${log} as l
),
link as materialized (
  select *, lag(hash) over byid as hash_before, lag(expected) over byid as expected_before, lag(${facts('row')}) over byid as before
  from row where hash is not null window byid as (order by id)
),
start as materialized (select id, finished_at from link order by id limit 1),
-- Rows are numbered from 1, and what an older dbmig has written ended before the chain began.
unchained as materialized (
  select r.*, ${hashAfter(`coalesce(l.previous, r.hash_before, '')`)} as would_be
  from (select *, lag(hash) over (order by id) as hash_before from row) as r join ${log} as l on l.id = r.id, start
  where r.hash is null and (r.id > start.id or r.id < 1 or r.finished_at > start.finished_at)
),
followed as materialized (select previous from row where previous is not null),
-- What it follows may have been changed, or have lost its hash, and is named itself then; or only what it says of that was changed.
broken as materialized (
  select r.*, f.name as follows
  from link as r join ${log} as l on l.id = r.id left join (
    select hash, max(id)::text as name from link group by hash union all select '', ''
  ) as f on f.hash = r.previous
  where r.previous <> coalesce(r.hash_before, '')
    and (r.hash_before = r.expected_before or r.previous is distinct from r.expected_before)
    and (r.hash = r.expected or r.hash <> ${hashAfter(`coalesce(r.hash_before, '')`)})
    and r.previous not in (select would_be from unchained where would_be is not null)
),
-- A full join is one of hashes, or of what is sorted: never one of each with each.
compared as materialized (
  select l.id, coalesce(l.revision, v.revision) as revision, l.outcome, l.finished_at, v.status,
    -- Of a row that was changed that is told. A stamp may say when another tool ran it.
    case when l.hash is distinct from l.expected then null when v.checksum is distinct from l.checksum then 'checksum'
      when l.outcome = 'applied' and v.applied_at not between l.started_at and l.finished_at then 'time' end as what
  from (
    select * from (
      select distinct on (revision) id, revision, outcome, checksum, started_at, finished_at, hash, expected from row where outcome <> 'failed' order by revision, id desc
    ) as last
    where outcome in ('applied', 'stamped')
  ) as l full join (${version}) as v on v.revision = l.revision
)
select json_build_object(
  'rows', (select count(*) from row),
  'chained', (select count(*) from link),
  'first', (select id::text from start),
  'head', (select json_build_object('id', id, 'hash', hash) from link order by id desc limit 1),
  'expected', (select json_build_object('id', id, 'hash', hash) from link where hash = ${literalOf(expect)}::text order by id desc limit 1),
  'changed', ${list('link as r where r.hash is distinct from r.expected')},
  'broken', ${list(
    'broken as r',
    `'before', r.before, 'changed', r.hash is distinct from r.expected, 'follows', r.follows,
     'anyBefore', r.id > coalesce((select min(id) from row where hash is null), r.id)`,
  )},
  'unchained', ${list('unchained as r', `'lost', r.would_be in (select previous from followed)`)},
  'unlogged', (select json_agg(r.revision order by r.revision) from compared as r where r.id is null and r.status = 'applied'),
  'rewritten', ${list(`compared as r where r.id is not null and r.status = 'applied' and r.what is not null`, `'what', r.what`)},
  'unrecorded', ${list('compared as r where r.status is null')}
) as facts`
}

function verificationOf(
  location: LedgerLocation,
  expect: string | null,
  { chain, lacking }: FoundLog,
  facts: Facts,
): LogVerification {
  const { rows, chained, head, expected, first } = facts
  const table = tableName(location)
  const problems: LogProblem[] = [
    ...(chain === 'broken' ? [withoutColumns(location, lacking)] : []),
    ...(facts.changed ?? []).map((row) =>
      problem('changed', row, `${nameOf(row, 'Row')} was changed: what it says does not give its hash.`),
    ),
    ...(facts.broken ?? []).map((row) =>
      row.follows === null
        ? problem('missing', row, missingText(row))
        : problem('moved', row, movedText(row, row.follows)),
    ),
    ...(facts.unchained ?? []).map((row) =>
      problem(
        'unchained',
        row,
        row.lost
          ? `${nameOf(row, 'Row')} has lost its hash.`
          : `${nameOf(row, 'Row')} has no hash, though rows are chained since row ${first}: it was written by an older dbmig, by a role that may not write the hash, or by hand.`,
      ),
    ),
    ...(facts.unlogged ?? []).map((revision) => ({
      ...{ kind: 'unlogged' as const, id: null, revision },
      message: `Revision ${revision} is applied, says ${table}, and the log does not: a row of the log was removed, or the table was changed by hand.`,
    })),
    ...(facts.rewritten ?? []).map((row) =>
      problem(
        'rewritten',
        row,
        `Revision ${row.revision} has another ${row.what} in ${table} than in row ${row.name} of the log: the table was changed by hand.`,
      ),
    ),
    ...(facts.unrecorded ?? []).map((row) =>
      problem(
        'unrecorded',
        row,
        `Revision ${row.revision} is applied since row ${row.name}, says the log, and ${table} does not have it: a row of the log was removed, or the table was changed by hand.`,
      ),
    ),
    ...(expect !== null && expected === null ? [unexpected(expect)] : []),
  ]
  return { ok: problems.length === 0, rows, chained, head, expected, problems }
}

function missingText(row: BrokenFacts): string {
  const { before, anyBefore, changed } = row
  const name = nameOf(row, 'row')
  if (before === null) {
    const others = anyBefore ? ', or lost their hashes' : ''
    return `Rows before ${name} were removed${others}: the row that it follows is not there.`
  }
  const place = `the row that ${name} follows is not there`
  if (changed)
    return `Rows between ${nameOf(before, 'row')} and row ${row.name} were removed, or what row ${row.name} says of the row before it was changed: ${place}.`
  // A rollback leaves a gap as well, so that a gap alone says nothing.
  return row.id === before.id + 1
    ? `${nameOf(before, 'Row')} was changed and given a new hash: ${place}.`
    : `Rows between ${nameOf(before, 'row')} and row ${row.name} were removed, or row ${before.name} was changed and given a new hash: ${place}.`
}

function movedText(row: BrokenFacts, follows: string): string {
  const origin = follows === '' ? 'it is the first of the chain' : `it follows row ${follows}`
  return `${nameOf(row, 'Row')} is not where it was written: by its hash ${origin}.`
}

function withoutColumns(location: LedgerLocation, lacking: readonly string[]): LogProblem {
  const columns = lacking.length === 1 ? `column ${lacking[0]}` : `columns ${lacking.join(' and ')}`
  return {
    ...{ kind: 'column', id: null, revision: null },
    message: `The log ${logName(location)} has only a part of its chain: the ${columns} of type text ${lacking.length === 1 ? 'was' : 'were'} dropped or changed.`,
  }
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
function nameOf({ name, outcome, revision, finishedAt }: RowFacts, word: 'Row' | 'row'): string {
  return `${word} ${name} (${outcome} ${revision}, ${finishedAt.replace(/\.\d+$/, '')}Z)`
}
