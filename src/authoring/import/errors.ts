/** What can be in the way of importing another tool's history. */
import { DbmigError, messageOf } from '../../errors.ts'
import type { Revision } from '../../graph/revision.ts'

export function folderMissing(folder: string, cause: unknown): DbmigError {
  const gone = cause instanceof Error && Reflect.get(cause, 'code') === 'ENOENT'
  return new DbmigError(
    'IMPORT_NO_FOLDER',
    `The folder ${folder} ${gone ? 'does not exist' : `cannot be read (${messageOf(cause)})`}. Name the folder that holds the migrations.`,
    { exitCode: 2, cause },
  )
}

export function nothingToImport(folder: string, what: string): DbmigError {
  return new DbmigError(
    'IMPORT_NOTHING',
    `${folder} holds no ${what}. Name the folder that holds the migrations.`,
    {
      exitCode: 2,
    },
  )
}

export function severalHeads(heads: readonly Revision[]): DbmigError {
  const ids = heads.map(({ revision }) => revision).join(', ')
  return new DbmigError(
    'IMPORT_MULTIPLE_HEADS',
    `The project has ${heads.length} heads (${ids}), and what is imported follows one; nothing was written. Make them one with "dbmig merge heads -m …", then import again.`,
  )
}

export function sameName(name: string, first: string, second: string): DbmigError {
  return new DbmigError(
    'IMPORT_SAME_NAME',
    `${first} and ${second} are both migration ${name}; nothing was written. Move one of them away, and import again.`,
  )
}

export function hiddenName(path: string): DbmigError {
  return new DbmigError(
    'IMPORT_HIDDEN_NAME',
    `${path} is a migration for Kysely, but dbmig takes no file for a revision whose name starts with a dot or an underscore; nothing was written. The name is what databases know it by, so it cannot be imported.`,
  )
}

/** @param path in a folder where every script is a revision */
export function noMigration(path: string): DbmigError {
  return new DbmigError(
    'IMPORT_NO_MIGRATION',
    `${path} is no migration for Kysely (it exports no up), and in a migrations folder dbmig takes every script for a revision; nothing was written. Start its name with an underscore, or move it away.`,
  )
}

export function defaultExport(path: string): DbmigError {
  return new DbmigError(
    'IMPORT_DEFAULT_EXPORT',
    `${path} exports its migration as default, and a revision exports up and down by name; nothing was written. Write \`export async function up(db) { … }\` there, which Kysely reads too, and import again.`,
  )
}

export function notLoadable(path: string, cause: unknown): DbmigError {
  const reason = messageOf(cause)
    .replace(/^ParseError: /, '')
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '')
  return new DbmigError(
    'IMPORT_NOT_LOADABLE',
    `With the header of a revision, ${path} does not load: ${reason?.replace(/[.]$/, '')}; nothing was written. Correct the file and import again.`,
    { cause },
  )
}

export function headerUnreadable(path: string): DbmigError {
  return new DbmigError(
    'IMPORT_HEADER_UNREADABLE',
    `${path} would not show its header in its text; nothing was written. Write its \`config\` as a plain literal, such as \`{ transaction: false }\`, take out any name that a header has (revision, downRevision, branchLabels, dependsOn), and import again.`,
  )
}

export function computedImport(path: string, line: number, what: string): DbmigError {
  return new DbmigError(
    'IMPORT_COMPUTED_SPECIFIER',
    `${path}:${line} computes what it imports with ${what}, so a copy in the migrations folder may not find it; nothing was written. Write the path as a literal, or make that folder a migrations folder and import it in place.`,
  )
}

export function boundToPlace(path: string, line: number, what: string): DbmigError {
  return new DbmigError(
    'IMPORT_BOUND_TO_PLACE',
    `${path}:${line} uses ${what}, which is another place in a copy in the migrations folder; nothing was written. Make that folder a migrations folder and import it in place.`,
  )
}

export function unknownLayout(folder: string, layouts: readonly string[]): DbmigError {
  return new DbmigError(
    'IMPORT_UNKNOWN_LAYOUT',
    `The SQL files of ${folder} are not of a layout that dbmig knows. If they are of one, say it with --layout: ${layouts.join(', ')}.`,
    { exitCode: 2 },
  )
}

export function mixedLayout(path: string, layout: string): DbmigError {
  return new DbmigError(
    'IMPORT_MIXED_LAYOUT',
    `${path} is not of the layout of ${layout}, as the other files beside it are; nothing was written. Move it away, or say the layout with --layout.`,
    { exitCode: 2 },
  )
}

export function noSuchLayout(name: string, layouts: readonly string[]): DbmigError {
  return new DbmigError(
    'IMPORT_NO_SUCH_LAYOUT',
    `There is no layout "${name}". There are: ${layouts.join(', ')}.`,
    {
      exitCode: 2,
    },
  )
}

export function ambiguousLayout(folder: string, layouts: readonly string[]): DbmigError {
  return new DbmigError(
    'IMPORT_AMBIGUOUS_LAYOUT',
    `The files of ${folder} may be of ${layouts.join(' or ')}, which name them alike. Say which with --layout.`,
    { exitCode: 2 },
  )
}

export function badFile(path: string, layout: string, why: string): DbmigError {
  return new DbmigError(
    'IMPORT_BAD_FILE',
    `${path} is no migration of ${layout}: ${why}; nothing was written. Correct it or move it away, and import again.`,
  )
}

export function migrationInCode(path: string): DbmigError {
  return new DbmigError(
    'IMPORT_CODE',
    `${path} may be a migration in code between those in SQL, which alone can be imported; nothing was written. Write it as SQL, or move it away if it is none, and import again.`,
  )
}

export function placeholder(path: string, line: number, name: string): DbmigError {
  return new DbmigError(
    'IMPORT_PLACEHOLDER',
    `${path}:${line} uses the placeholder ${name}, which graphile-migrate fills in when it runs; nothing was written. Write its value into a copy of the folder, and import that.`,
  )
}

export function copiesRows(path: string, line: number): DbmigError {
  return new DbmigError(
    'IMPORT_COPY',
    `${path}:${line} copies rows from stdin, which only psql can do; nothing was written. Write them as INSERT, and import again.`,
  )
}

export function databaseDirty(table: string, version: string): DbmigError {
  return new DbmigError(
    'IMPORT_DIRTY',
    `${table} says that version ${version} failed half-way (dirty), so nobody knows what is applied; nothing was written. Repair the database and run "migrate force", then import again; or import with --offline and stamp by hand.`,
  )
}

export function tableOtherShape(table: string, tool: string, cause: unknown): DbmigError {
  return new DbmigError(
    'IMPORT_TABLE_SHAPE',
    `The table ${table} is not that of ${tool} (${messageOf(cause)}); nothing was written. Name the right one with --table, the right tool with --layout, or import with --offline.`,
    { cause },
  )
}

export function tableForbidden(table: string, cause: unknown): DbmigError {
  return new DbmigError(
    'IMPORT_TABLE_FORBIDDEN',
    `The role may not read ${table} (${messageOf(cause)}); nothing was written. Grant it the right, connect as another role, or import with --offline.`,
    { cause },
  )
}

export function changedMeanwhile(path: string): DbmigError {
  return new DbmigError(
    'IMPORT_CHANGED',
    `${path} was changed while it was imported; nothing was written. Import again.`,
  )
}
