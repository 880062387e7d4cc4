/** Importing a revision file to run it. */
import { isDeepStrictEqual } from 'node:util'
import type { Kysely } from 'kysely'
import type { Revision } from '../graph/revision.ts'
import { checksumOf } from './checksum.ts'
import { badHeader, headerMismatch, noHeader, noUp } from './errors.ts'
import { type ExportedHeader, exportedHeader } from './exported-header.ts'
import { isHarmless } from './harmless.ts'
import type { ModuleLoader } from './load-module.ts'
import { readText } from './read-text.ts'
import { type RevisionConfig, revisionConfig } from './revision-config.ts'
import { importRevision } from './revision-files.ts'

export type MigrationFunction = (db: Kysely<unknown>) => Promise<void> | void

export interface LoadedRevision extends RevisionConfig {
  readonly revision: Revision
  readonly up: MigrationFunction
  /** Null: the revision is irreversible. */
  readonly down: MigrationFunction | null
  /** Of the file's text: see `checksumOf`. */
  readonly checksum: string
  /** Whether the file can touch nothing but the `db` that it is given: see `isHarmless`. Found out when it is asked for. */
  readonly harmless: () => boolean
}

/**
 * Imports a revision's file and checks it against the header that the graph was built from.
 *
 * @throws DbmigError when the file cannot be loaded, exports another header than it shows, or has no `up`
 */
export async function loadRevision(loader: ModuleLoader, revision: Revision): Promise<LoadedRevision> {
  const { path } = revision
  const source = readText(path)
  const exports = await importRevision(path, loader, source)
  const exported = exportedHeader(exports, path)
  if (exported === null) throw noHeader(path)
  requireSameHeader(revision, exported)
  const { up, down, config } = exports
  if (!isMigration(up)) throw noUp(path, up)
  if (down !== undefined && down !== null && !isMigration(down)) {
    throw badHeader(path, 'down', down, 'a function, or left out')
  }
  let harmless: boolean | undefined
  return {
    ...{ revision, up, down: down ?? null, checksum: checksumOf(source) },
    harmless: () => {
      harmless ??= isHarmless(source)
      return harmless
    },
    ...revisionConfig(config, path),
  }
}

const headerNames = {
  revision: 'revision',
  downRevisions: 'downRevision',
  branchLabels: 'branchLabels',
  dependsOn: 'dependsOn',
  replaces: 'replaces',
} as const satisfies Record<keyof ExportedHeader, string>

function requireSameHeader(revision: Revision, exported: ExportedHeader): void {
  for (const key of Object.keys(headerNames) as (keyof ExportedHeader)[]) {
    if (!isDeepStrictEqual(revision[key], exported[key])) {
      throw headerMismatch(revision.path, headerNames[key], revision[key], exported[key])
    }
  }
}

function isMigration(value: unknown): value is MigrationFunction {
  return typeof value === 'function'
}
