/** A folder of Kysely migrations: which files Kysely would run, in its order, and each as a revision. */
import { readdirSync, realpathSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import type { Project } from '../../config/config.ts'
import type { RevisionHeader } from '../../emit/revision.ts'
import { parseHeader } from '../../graph/header.ts'
import type { Revision } from '../../graph/revision.ts'
import { exportedHeader } from '../../loader/exported-header.ts'
import { createModuleLoader, type ModuleLoader } from '../../loader/load-module.ts'
import type { Exports } from '../../loader/native.ts'
import { readText } from '../../loader/read-text.ts'
import { importRevision, isRevisionName, readRevision } from '../../loader/revision-files.ts'
import { createTranspiler } from '../../loader/transpiled.ts'
import { defaultExport, folderMissing, hiddenName, noMigration, notLoadable, sameName } from './errors.ts'
import { insertHeader } from './insert-header.ts'
import { type Move, moveImports } from './move-imports.ts'
import { importedId, messageOfName } from './names.ts'
import type { AppliedTable, ImportSource } from './source.ts'

export interface KyselyFolder {
  /** Whether its files become revisions where they are. */
  readonly inPlace: boolean
  readonly sources: readonly ImportSource[]
  /** Files in place that are revisions already, by the name that Kysely knows them by. */
  readonly revisions: ReadonlyMap<string, Revision>
}

interface File {
  readonly name: string
  readonly path: string
  readonly text: string
}

/**
 * Reads the migrations of a folder as Kysely's FileMigrationProvider does, and runs the code around their functions, as it does.
 *
 * @param folder absolute
 * @throws DbmigError `IMPORT_…` with the file that cannot become a revision, and why
 */
export async function readKyselyFolder(project: Project, folder: string): Promise<KyselyFolder> {
  const own = ownFolder(project, folder)
  const files = listMigrations(own ?? folder)
  const evaluate = createTranspiler(project.root)
  const loader = createModuleLoader({ root: project.root })
  const together = new Set(files.filter(mayMigrate).map(({ path }) => path))
  const sources: ImportSource[] = []
  const revisions = new Map<string, Revision>()
  for (const file of files) {
    if (own !== null && (await isRevision(file, loader))) {
      revisions.set(file.name, await readRevision(file.path, loader))
      continue
    }
    const target = own === null ? join(project.migrations[0] ?? '.', basename(file.path)) : file.path
    const source = mayMigrate(file) ? await sourceOf(file, target, together, evaluate) : null
    if (source !== null) sources.push(source)
    else if (own !== null && isRevisionName(basename(file.path))) throw noMigration(file.path)
  }
  return { inPlace: own !== null, sources, revisions }
}

/** The project's own name for a folder of revisions, or null for any other folder. */
function ownFolder({ migrations, recursive }: Project, folder: string): string | null {
  const real = realPath(folder) ?? folder
  const same = migrations.find((own) => own === folder || realPath(own) === real)
  if (same !== undefined) return same
  const inside = migrations.some((own) => real.startsWith(`${realPath(own) ?? own}${sep}`))
  return recursive && inside ? folder : null
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}

function listMigrations(folder: string): File[] {
  const byName = new Map<string, File>()
  for (const file of readNames(folder).filter(isRead)) {
    const name = file.slice(0, file.lastIndexOf('.'))
    const path = join(folder, file)
    const other = byName.get(name)
    if (other !== undefined) throw sameName(name, other.path, path)
    byName.set(name, { name, path, text: readText(path) })
  }
  // Kysely's own order: that of the code units.
  return [...byName.keys()].sort().flatMap((name) => byName.get(name) ?? [])
}

function readNames(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name)
  } catch (error) {
    throw folderMissing(folder, error)
  }
}

function isRead(file: string): boolean {
  return /\.(?:m?[jt]s)$/.test(file) && !/\.d\.m?ts$/.test(file)
}

/** Helpers are told by their text, so that code which is no migration need not load. */
function mayMigrate({ text }: File): boolean {
  return /\bup\b|\bexport\s*\*/.test(text)
}

async function isRevision({ path, text }: File, loader: ModuleLoader): Promise<boolean> {
  if (parseHeader(text) !== null) return true
  if (!/\bdownRevision\b/.test(text)) return false
  return exportedHeader(await importRevision(path, loader), path) !== null
}

type Evaluate = (path: string, source: string) => Promise<Exports>

/** @returns null when the file exports no migration */
async function sourceOf(
  { name, path, text }: File,
  target: string,
  together: ReadonlySet<string>,
  evaluate: Evaluate,
): Promise<ImportSource | null> {
  const moved = await move(text, { from: path, to: target, together }, evaluate)
  if (moved === null) return null
  const render = (header: RevisionHeader): string => insertHeader(moved, target, header)
  const message = messageOfName(name)
  const exports = await load(path, target, render(sampleHeader(name, message)), evaluate)
  if (typeof exports['up'] !== 'function') {
    const { default: byDefault } = exports
    if (typeof Reflect.get(Object(byDefault), 'up') === 'function') throw defaultExport(path)
    return null
  }
  if (!isRevisionName(basename(path))) throw hiddenName(path)
  return { name, key: name, message, origin: path, target, render }
}

/** @returns null for a helper that cannot be moved, as it stays where it is */
async function move(text: string, way: Move, evaluate: Evaluate): Promise<string | null> {
  try {
    return moveImports(text, way)
  } catch (error) {
    const exports = await load(way.from, way.from, text, evaluate)
    if (typeof exports['up'] !== 'function') return null
    throw error
  }
}

async function load(path: string, target: string, source: string, evaluate: Evaluate): Promise<Exports> {
  try {
    return await evaluate(target, source)
  } catch (error) {
    throw notLoadable(path, error)
  }
}

/** What is loaded to look at differs from what is written by its parent and date alone. */
function sampleHeader(name: string, message: string): RevisionHeader {
  const none = { downRevisions: [], branchLabels: [], dependsOn: [], replaces: [] }
  return { revision: importedId(name), ...none, message, createDate: '' }
}

/** Where Kysely's Migrator keeps what it has run. */
export const kyselyTable: AppliedTable = {
  tool: 'Kysely',
  schema: null,
  name: 'kysely_migration',
  async read(session, table) {
    const rows = await session.query<{ name: string; timestamp: string }>(
      `select name, timestamp::text as timestamp from ${table} order by timestamp, name`,
    )
    return rows.map(({ name, timestamp }) => {
      const at = new Date(timestamp)
      return { key: name, at: Number.isNaN(at.getTime()) ? null : at.toISOString() }
    })
  },
}
