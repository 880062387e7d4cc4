/** A folder of SQL migrations: whose it is, told by its files. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readText } from '../../loader/read-text.ts'
import { dbmate } from './dbmate.ts'
import {
  ambiguousLayout,
  folderMissing,
  migrationInCode,
  mixedLayout,
  noSuchLayout,
  nothingToImport,
  unknownLayout,
} from './errors.ts'
import { golangMigrate } from './golang-migrate.ts'
import { graphileMigrate } from './graphile-migrate.ts'
import { nodePgMigrate } from './node-pg-migrate.ts'
import type { ImportSource } from './source.ts'
import type { SqlFile, SqlLayout } from './sql-layout.ts'
import { type SqlMigration, sqlSource } from './sql-source.ts'

const layouts: readonly SqlLayout[] = [dbmate, golangMigrate, nodePgMigrate, graphileMigrate]
const names = layouts.map(({ name }) => name)

export interface SqlFolder {
  readonly layout: SqlLayout
  readonly sources: readonly ImportSource[]
}

/**
 * @param folder absolute; graphile-migrate's may be named with or without its `committed`
 * @param target where the revision files go
 * @param chosen the layout's name, in place of what the files look like
 * @throws DbmigError `IMPORT_…` naming the folder or file
 */
export function readSqlFolder(folder: string, target: string, chosen: string | undefined): SqlFolder {
  const named = chosen === undefined ? undefined : layouts.find(({ name }) => name === chosen)
  if (chosen !== undefined && named === undefined) throw noSuchLayout(chosen, names)
  const committed = join(folder, 'committed')
  const holdsCommitted = named === graphileMigrate || named === undefined
  const files = readFiles(holdsCommitted && existsSync(committed) ? committed : folder)
  if (files.length === 0) throw nothingToImport(folder, 'SQL files')
  const layout = named ?? layoutOf(folder, files)
  const script =
    layout === nodePgMigrate ? namesIn(folder).find((file) => /\.[cm]?[jt]s$/.test(file)) : undefined
  if (script !== undefined) throw migrationInCode(join(folder, script))
  const migrations: readonly SqlMigration[] = layout.read(files)
  return { layout, sources: migrations.map((migration) => sqlSource(migration, target)) }
}

function layoutOf(folder: string, files: readonly SqlFile[]): SqlLayout {
  const fitting = layouts.filter((layout) => layout.recognises(files))
  const [layout] = fitting
  if (layout === undefined) {
    const count = (each: SqlLayout): number => files.filter((file) => each.recognises([file])).length
    const nearest = layouts.toSorted((a, b) => count(b) - count(a))[0] ?? dbmate
    const odd = files.find((file) => !nearest.recognises([file]))
    throw count(nearest) === 0 || odd === undefined
      ? unknownLayout(folder, names)
      : mixedLayout(odd.path, nearest.name)
  }
  if (fitting.length > 1) {
    throw ambiguousLayout(
      folder,
      fitting.map(({ name }) => name),
    )
  }
  return layout
}

function readFiles(folder: string): SqlFile[] {
  return namesIn(folder)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => ({ file, path: join(folder, file), text: readText(join(folder, file)) }))
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
  } catch (error) {
    throw folderMissing(folder, error)
  }
}
