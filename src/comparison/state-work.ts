/** What states of a schema are read with: the live database, shadow databases, and revisions that run on them. */
import type { Project } from '../config/config.ts'
import { answered } from '../database/cancel.ts'
import { openSession } from '../database/open.ts'
import type { Session } from '../database/session.ts'
import type { Revision } from '../graph/revision.ts'
import { appliedIds } from '../ledger/applied.ts'
import { ledgerLocation } from '../ledger/location.ts'
import { readLedger } from '../ledger/read.ts'
import type { ModuleLoader } from '../loader/load-module.ts'
import type { Revisions } from '../runner/project.ts'
import { listRoles } from '../shadow/roles.ts'
import type { ShadowContext, Shadows } from '../shadow/shadows.ts'
import { type ComparisonOptions, surroundings } from './comparison.ts'
import { openForRevisions, runRevisions, textsOf } from './rebuild.ts'

export interface StateWork {
  readonly project: Project
  readonly loader: ModuleLoader
  /** Null where no URL is given. */
  readonly live: Session | null
  readonly options: ComparisonOptions
  readonly context: ShadowContext
  readonly say: (message: string) => void
  /** Opens a session that is closed when the work is done. */
  open(url: string): Promise<Session>
}

export interface RevisionWork extends StateWork {
  readonly revisions: Revisions
}

export interface StateWorkInput {
  readonly project: Project
  readonly loader: ModuleLoader
  /** Of the live database; undefined where nothing is asked of it. */
  readonly url: string | undefined
  readonly options: ComparisonOptions
}

/** Opens the live database, and closes it and all that the function opens when that is done. */
export async function withWork<T>(
  { project, loader, url, options }: StateWorkInput,
  fn: (work: StateWork) => Promise<T>,
): Promise<T> {
  const { signal } = options
  const say = (message: string): void => options.onEvent?.({ type: 'progress', message })
  const context: ShadowContext = { url, shadow: project.shadow, signal, notice: say }
  const sessions: Session[] = []
  const open = async (address: string): Promise<Session> => {
    const session = await openSession(address, { signal, waiting: project.waiting })
    sessions.push(session)
    return session
  }
  try {
    const live = url === undefined ? null : await open(url)
    return await fn({ project, loader, live, options, context, say, open })
  } finally {
    for (const session of sessions) await session.close()
  }
}

/** The revisions that the live database has applied; none where there is no database. */
export async function appliedOn({ project, live, options }: StateWork): Promise<ReadonlySet<string>> {
  if (live === null) return new Set()
  const read = () => readLedger(live, ledgerLocation(project))
  const rows = await answered(live, options.signal, read)
  return appliedIds(rows ?? [])
}

/** A shadow database on which revisions have run, oldest first. */
export async function rebuilt(
  work: RevisionWork,
  shadows: Shadows,
  up: readonly Revision[],
): Promise<Session> {
  const { live, revisions, say } = work
  const roles = live === null ? [] : await listRoles(live)
  const extensions = live === null ? [] : (await surroundings(live)).installed
  say('running revisions on a shadow database')
  const files = textsOf([...revisions.graph.revisions.values()])
  const session = await openForRevisions(shadows, { roles, extensions }, files)
  await runOn(work, session, up)
  return session
}

/** Runs revisions, oldest first, on what `rebuilt` gave. */
export async function runOn(work: RevisionWork, session: Session, up: readonly Revision[]): Promise<void> {
  const { project, revisions, options } = work
  await runRevisions({ project, revisions, session, up, signal: options.signal })
}

/** `revision 3f2a`, `revisions 3f2a, 77aa`, `base` */
export function revisionName(revisions: readonly Revision[]): string {
  const ids = revisions.map(({ revision }) => revision)
  if (ids.length === 0) return 'base'
  return `${ids.length === 1 ? 'revision' : 'revisions'} ${ids.join(', ')}`
}
