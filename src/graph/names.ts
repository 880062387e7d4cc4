/** What ids and branch labels may look like, and which revision each belongs to. */

import { duplicateId, duplicateLabel, illegalName, labelIsId, reservedName } from './errors.ts'
import type { Revision } from './revision.ts'

/** Targets are written with these. */
const ILLEGAL = /[@:+,\-\s]/
const RESERVED = new Set(['head', 'heads', 'base', 'current'])

/** @throws DbmigError for an illegal, reserved or duplicate id */
export function indexRevisions(revisions: readonly Revision[]): ReadonlyMap<string, Revision> {
  const byId = new Map<string, Revision>()
  for (const revision of revisions) {
    checkName('revision id', revision.revision, revision)
    const other = byId.get(revision.revision)
    if (other) throw duplicateId(other, revision)
    byId.set(revision.revision, revision)
  }
  return byId
}

/** @throws DbmigError for an illegal, reserved or duplicate label, and for one that is an id */
export function indexLabels(byId: ReadonlyMap<string, Revision>): ReadonlyMap<string, Revision> {
  const labels = new Map<string, Revision>()
  for (const revision of byId.values()) {
    for (const label of new Set(revision.branchLabels)) {
      checkName('branch label', label, revision)
      const owner = byId.get(label)
      if (owner) throw labelIsId(label, revision, owner)
      const other = labels.get(label)
      if (other) throw duplicateLabel(label, other, revision)
      labels.set(label, revision)
    }
  }
  return labels
}

/**
 * @param what what the name is, for the message: `branch label`
 * @throws DbmigError when the name is empty, reserved, or has a character that targets are written with
 */
export function checkName(what: string, name: string, revision: Revision): void {
  const character = ILLEGAL.exec(name)?.[0]
  if (character !== undefined || name === '') throw illegalName(what, name, character ?? '', revision)
  if (RESERVED.has(name)) throw reservedName(what, name, revision)
}
