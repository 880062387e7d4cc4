/** The header of a revision as its module exports it. */
import { badHeader } from './errors.ts'
import type { Exports } from './native.ts'

export interface ExportedHeader {
  readonly revision: string
  readonly downRevisions: readonly string[]
  readonly branchLabels: readonly string[]
  readonly dependsOn: readonly string[]
  readonly replaces: readonly string[]
}

/**
 * Reads the header off the exports of a module.
 *
 * @returns null when neither `revision` nor `downRevision` is exported
 * @throws DbmigError LOADER_BAD_HEADER for a header that is incomplete or of the wrong type
 */
export function exportedHeader(exports: Exports, path: string): ExportedHeader | null {
  const { revision, downRevision } = exports
  if (revision === undefined && downRevision === undefined) return null
  if (typeof revision !== 'string' || revision === '') {
    throw badHeader(path, 'revision', revision, 'a text that is not empty')
  }
  if (downRevision === undefined) {
    throw badHeader(
      path,
      'downRevision',
      undefined,
      'the revision before, a list for a merge, or null for a base',
    )
  }
  return {
    revision,
    downRevisions: ids(exports, 'downRevision', path),
    branchLabels: ids(exports, 'branchLabels', path),
    dependsOn: ids(exports, 'dependsOn', path),
    replaces: ids(exports, 'replaces', path),
  }
}

function ids(exports: Exports, name: string, path: string): readonly string[] {
  const value = exports[name]
  if (value === undefined || value === null) return []
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (list.every((item) => typeof item === 'string' && item !== '')) return list.map(String)
  throw badHeader(path, name, value, 'a text, a list of texts, or null')
}
