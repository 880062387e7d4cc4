/** What can go wrong while revision files are moved onto another parent. */
import { DbmigError } from '../../errors.ts'

export function rebaseNeedsDatabase(): DbmigError {
  return new DbmigError(
    'AUTHORING_REBASE_NO_URL',
    'Applied revisions must not be moved, and no URL is configured to ask which those are. Configure one or add --url; add --offline if no database that counts has applied the branch.',
    { exitCode: 2 },
  )
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
