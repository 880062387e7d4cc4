/** Where a pulled declaration goes on disk: what is new, what is there already, and what stands in the way. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import type { Project } from '../../config/config.ts'
import { readText } from '../../loader/read-text.ts'
import { findTemplate, listTemplates } from '../list-templates.ts'
import { replaceFile } from '../replace-file.ts'
import { writeNewFile } from '../write-file.ts'
import type { DeclarationFile } from './declaration-files.ts'
import { notSql, severalSchemaFiles, sqlNotSplit, wouldOverwrite, wrongSchemaKind } from './errors.ts'

/** What becomes of a file of the declaration. */
export interface PlacedFile {
  /** Absolute. */
  readonly path: string
  readonly source: string
  /** `keep`: it is there with this very text, as an earlier pull wrote it. */
  readonly action: 'create' | 'replace' | 'keep'
}

/**
 * The one file that the configuration names as the schema.
 *
 * @throws PULL_SEVERAL_SCHEMA_FILES, PULL_SCHEMA_KIND, PULL_NOT_SQL, PULL_SQL_SPLIT
 */
export function schemaFile(
  { schema, file }: Project,
  { sql, split }: { readonly sql?: boolean | undefined; readonly split?: string | undefined },
): string {
  const [path] = schema
  if (path === undefined || schema.length > 1) throw severalSchemaFiles(schema, file)
  const extension = extname(path)
  if (!['.ts', '.mts', '.js', '.mjs', '.sql'].includes(extension)) throw wrongSchemaKind(path)
  if (sql && extension !== '.sql') throw notSql(path)
  if (extension === '.sql' && split !== undefined && split !== 'none') throw sqlNotSplit()
  return path
}

/**
 * What stands behind the names of imported files. Node's own loader wants the extension that a file has; TypeScript
 * forbids `.ts` unless its configuration allows it, and finds the file as `.js`.
 */
export function importExtension(path: string, root: string): string {
  const own = extname(path)
  if (!/^\.m?ts$/.test(own)) return own
  const config = tsconfigAbove(root)
  const allowed =
    config === null ||
    /"(?:allowImportingTsExtensions|rewriteRelativeImportExtensions)"\s*:\s*true/.test(config)
  return allowed ? own : own.replace('ts', 'js')
}

/** The text of the nearest tsconfig.json; null where there is none. */
function tsconfigAbove(root: string): string | null {
  for (let folder = root; ; folder = dirname(folder)) {
    const file = join(folder, 'tsconfig.json')
    if (existsSync(file)) return readFileSync(file, 'utf8')
    if (folder === dirname(folder)) return null
  }
}

/**
 * Looks at what is there. The schema of `dbmig init`, as long as nobody has touched it, may be replaced.
 *
 * @param force replaces whatever is there
 * @throws PULL_FILE_EXISTS
 */
export function placeFiles(files: readonly DeclarationFile[], force: boolean): PlacedFile[] {
  const placed = files.map(({ path, source, isIndex }): PlacedFile & { readonly free: boolean } => {
    if (!existsSync(path)) return { path, source, action: 'create', free: true }
    const found = readText(path)
    if (found === source) return { path, source, action: 'keep', free: true }
    const free = force || (isIndex && isUntouched(path, found))
    return { path, source, action: 'replace', free }
  })
  const taken = placed.filter(({ free }) => !free)
  if (taken.length > 0) throw wouldOverwrite(taken.map(({ path }) => path))
  return placed.map(({ free: _, ...file }) => file)
}

/** Writes what is not there, in the given order. */
export async function writePlaced(files: readonly PlacedFile[]): Promise<void> {
  for (const { path, source, action } of files) {
    if (action === 'create') await writeNewFile(path, source)
    if (action === 'replace') await replaceFile(path, source)
  }
}

function isUntouched(path: string, text: string): boolean {
  const plain = (some: string): string => some.replaceAll('\r\n', '\n').trim()
  if (plain(text) === '') return true
  return templateSchemas(basename(path)).some((template) => plain(template) === plain(text))
}

function templateSchemas(name: string): string[] {
  return listTemplates()
    .flatMap((template) => findTemplate(template.name).files)
    .filter(({ target }) => target === name)
    .map(({ source }) => readFileSync(source, 'utf8'))
}
