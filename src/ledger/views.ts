/** What the views of a project start from: its revision files, and what its database has applied. */
import type { Project } from '../config/config.ts'
import { requireUrl } from '../config/project.ts'
import { answered } from '../database/cancel.ts'
import { openSession } from '../database/open.ts'
import type { Session } from '../database/session.ts'
import { partsOfSquashes } from '../graph/applied.ts'
import type { RevisionGraph } from '../graph/graph.ts'
import { parseTarget, startsAtCurrent } from '../graph/target.ts'
import { readProjectRevisions } from '../loader/project-revisions.ts'
import { appliedIds, headsOfRows } from './applied.ts'
import { type LedgerLocation, ledgerLocation } from './location.ts'
import { readOrigins } from './origin.ts'
import { type LedgerRow, readLedger } from './read.ts'

export interface ViewOptions {
  readonly signal?: AbortSignal | undefined
  /** Leaves the database alone. */
  readonly offline?: boolean | undefined
}

/** Reads the headers of the project's revision files and builds their graph. Loads no driver. */
export async function readGraph(project: Project): Promise<RevisionGraph> {
  return (await readProjectRevisions(project)).graph
}

/**
 * Reads what is applied.
 *
 * @throws CONFIG_NO_URL, DATABASE_…, LEDGER_…
 */
export async function readRows(project: Project, signal: AbortSignal | undefined): Promise<LedgerRow[]> {
  return withSession(project, signal, async (session) => {
    return (await readLedger(session, ledgerLocation(project))) ?? []
  })
}

/** As `readRows`, with their origins, where there is a database to ask; null offline, and where no URL is configured. */
export async function readRowsIfAny(
  project: Project,
  { offline, signal }: ViewOptions,
): Promise<LedgerRow[] | null> {
  if (offline || project.url === undefined) return null
  return withSession(project, signal, async (session) => {
    const location = ledgerLocation(project)
    const rows = (await readLedger(session, location)) ?? []
    return withOrigins(session, location, rows, null)
  })
}

/**
 * As `readRows`; the rows of what the database is at have their origins.
 *
 * @throws CONFIG_NO_URL, DATABASE_…, LEDGER_…
 */
export async function readRowsAndOrigins(
  project: Project,
  signal: AbortSignal | undefined,
): Promise<LedgerRow[]> {
  return withSession(project, signal, async (session) => {
    const location = ledgerLocation(project)
    const rows = (await readLedger(session, location)) ?? []
    return withOrigins(session, location, rows, headsOfRows(rows))
  })
}

async function withOrigins(
  session: Session,
  location: LedgerLocation,
  rows: LedgerRow[],
  revisions: readonly string[] | null,
): Promise<LedgerRow[]> {
  if (rows.length === 0 || revisions?.length === 0) return rows
  const origins = await readOrigins(session, location, revisions)
  return rows.map((row) => {
    const origin = origins.get(row.revision)
    return origin === undefined ? row : { ...row, origin }
  })
}

/** Runs `work` on a session of its own, which ends early where the signal says so. */
export async function withSession<T>(
  project: Project,
  signal: AbortSignal | undefined,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(requireUrl(project), { signal, waiting: project.waiting })
  try {
    return await answered(session, signal, () => work(session))
  } finally {
    await session.close()
  }
}

/** A squash of which a database has applied a part: it is inside of what one revision is now. */
export interface Inside {
  readonly revision: string
  /** Oldest first, each. */
  readonly applied: readonly string[]
  readonly missing: readonly string[]
}

/** The squashes that a database is inside of. */
export function insideOf(graph: RevisionGraph, rows: readonly LedgerRow[]): Inside[] {
  const recorded = rows.map(({ revision }) => revision)
  return partsOfSquashes(graph, appliedIds(rows), recorded).map(({ squash, applied, missing }) => ({
    revision: squash.revision,
    applied,
    missing,
  }))
}

/**
 * What is applied, for commands that need it only where a target counts from it: `current`, `+N`, `-N`. For all others the
 * database is left alone, and nothing counts as applied.
 *
 * @param targets as typed
 * @throws CONFIG_NO_URL, DATABASE_…, LEDGER_…
 */
export async function readAppliedFor(
  project: Project,
  targets: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string>> {
  const asks = targets.some((target) => startsAtCurrent(parseTarget(target)))
  return asks ? appliedIds(await readRows(project, signal)) : new Set()
}
