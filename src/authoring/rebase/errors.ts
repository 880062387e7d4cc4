/** What can go wrong while revision files are moved onto another parent. */
import { DbmigError } from '../../errors.ts'
import { few } from '../../graph/errors.ts'

export function rebaseNeedsDatabase(): DbmigError {
  return new DbmigError(
    'AUTHORING_REBASE_NO_URL',
    'Applied revisions must not be moved, and no URL is configured to ask which those are. Configure one or add --url; add --offline if no database that counts has applied the branch.',
    { exitCode: 2 },
  )
}

export interface PublishedBranch {
  /** `origin/main` */
  readonly branch: string
  /** What would move and is there. */
  readonly revisions: readonly string[]
  readonly head: string
  readonly onto: string
  /** Whether nothing of the other branch is there: then that is the user's. */
  readonly own: boolean
  /** Whether the database has applied something of the other branch. */
  readonly isApplied: boolean
  /** Where the two part; null where that is not one revision. */
  readonly fork: string | null
}

export function branchPublished(found: PublishedBranch): DbmigError {
  const { branch, revisions, head, onto, own, isApplied, fork } = found
  const [is, them] = revisions.length === 1 ? ['is', 'it'] : ['are', 'them']
  const said = `${few(revisions)} would move and ${is} on ${branch}, so others have ${them}; nothing was changed.`
  const undo = fork === null ? '' : ` with "dbmig downgrade ${fork}"`
  const way = !own
    ? `So is the branch of ${onto}: join them with "dbmig merge ${head} ${onto}", or name the one that is to move all the same: "dbmig rebase ${head}".`
    : isApplied
      ? `Your branch is that of ${onto}, which is applied here: undo it first${undo}, then run "dbmig rebase ${onto}"; or ask the deployed database with --url.`
      : `Your branch is that of ${onto}: "dbmig rebase ${onto}".`
  return new DbmigError('AUTHORING_REBASE_PUBLISHED', `${said} ${way}`)
}

/** @param downRevisions what the header shall say */
export function headerComputed(path: string, downRevisions: readonly string[]): DbmigError {
  const [only = '', ...more] = downRevisions
  const literal = more.length === 0 ? `'${only}'` : `[${downRevisions.map((id) => `'${id}'`).join(', ')}]`
  return new DbmigError(
    'AUTHORING_HEADER_COMPUTED',
    `${path} does not declare its header in plain literals, so dbmig cannot edit it, and has changed nothing. Set downRevision = ${literal} there by hand, then run "dbmig rebase" again if more is to move.`,
  )
}

export function renamedFileExists(from: string, to: string): DbmigError {
  return new DbmigError(
    'AUTHORING_FILE_EXISTS',
    `${from} would become ${to}, which exists already; nothing was changed. Move that file away, then run "dbmig rebase" again.`,
  )
}
