/** What can be in the way of pulling a database into a project. */
import { DbmigError } from '../../errors.ts'
import type { Revision } from '../../graph/revision.ts'

/** @param unstamped whether the revision is the only one and the database has applied none, as where a pull ended early */
export function hasRevisions(revisions: readonly Revision[], unstamped: boolean): DbmigError {
  const [first] = revisions
  const what =
    revisions.length === 1 ? `a revision (${first?.path ?? ''})` : `${revisions.length} revisions already`
  const ended = unstamped
    ? ' If an earlier pull wrote it and ended before it could stamp it, run "dbmig stamp head".'
    : ''
  return new DbmigError(
    'PULL_HAS_REVISIONS',
    `The project has ${what}, and pull writes the first one; nothing was written.${ended} With --no-revision pull writes the declaration alone.`,
  )
}

/** @param table the ledger's */
export function isManaged(table: string, count: number): DbmigError {
  return new DbmigError(
    'PULL_ALREADY_MANAGED',
    `The database has applied ${count === 1 ? 'a revision' : `${count} revisions`} already, as ${table} says, and the project has no file of ${count === 1 ? 'it' : 'them'}; nothing was written. Get the files from whoever wrote them, or forget them with "dbmig stamp base --purge" and pull again.`,
  )
}

/** @param schemas that were looked at */
export function nothingToPull(schemas: readonly string[], excluded: boolean): DbmigError {
  const where =
    schemas.length === 0 ? 'no schema' : `nothing in ${schemas.map((name) => `"${name}"`).join(', ')}`
  return new DbmigError(
    'PULL_NOTHING',
    `There is nothing to pull: of the database dbmig manages ${where}${excluded ? ' but what the configuration leaves out' : ''}. See whether --url names the right one; a project without a database begins with "dbmig init".`,
  )
}

export function severalSchemaFiles(files: readonly string[], config: string | null): DbmigError {
  return new DbmigError(
    'PULL_SEVERAL_SCHEMA_FILES',
    `\`schema\` names ${files.length === 0 ? 'no file' : `${files.length} files`} in ${config ?? 'the configuration'}, and pull writes one, with what it lists beside it. Name one there, such as './schema.ts'.`,
    { exitCode: 2 },
  )
}

export function wrongSchemaKind(path: string): DbmigError {
  return new DbmigError(
    'PULL_SCHEMA_KIND',
    `${path} cannot hold a declaration that pull writes. Set \`schema\` in the configuration to a .ts, .mts, .js, .mjs or .sql file.`,
    { exitCode: 2 },
  )
}

export function notSql(path: string): DbmigError {
  return new DbmigError(
    'PULL_NOT_SQL',
    `--sql writes a .sql file, but \`schema\` in the configuration is ${path}. Set it to './schema.sql', or leave out --sql.`,
    { exitCode: 2 },
  )
}

export function sqlNotSplit(): DbmigError {
  return new DbmigError(
    'PULL_SQL_SPLIT',
    'A declaration in SQL is one file: leave out --split, or pull into a .ts file.',
    { exitCode: 2 },
  )
}

/** @param paths of files whose text would be another */
export function wouldOverwrite(paths: readonly string[]): DbmigError {
  const [first = ''] = paths
  const what =
    paths.length === 1
      ? `${first} is there already, with another text`
      : `${paths.length} files are there already, with another text`
  return new DbmigError(
    'PULL_FILE_EXISTS',
    `${what}; nothing was written. Move ${paths.length === 1 ? 'it' : 'them'} away, or replace ${paths.length === 1 ? 'it' : 'them'} with --force.`,
    paths.length === 1 ? {} : { detail: paths.map((path) => `  ${path}`).join('\n') },
  )
}

/** @param rest what is different, a line each */
export function declarationDiffers(rest: readonly string[]): DbmigError {
  return new DbmigError(
    'PULL_PROOF_DIFFERS',
    'The declaration builds another schema than the database has, so nothing was written. Leave these objects out with `exclude`, or pull with --no-proof and mend the files by hand.',
    { detail: `What would still differ:\n${rest.map((line) => `  ${line}`).join('\n')}` },
  )
}
