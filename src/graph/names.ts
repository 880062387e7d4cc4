/** What ids and branch labels may look like, and which revision each belongs to. */

import { duplicateId, duplicateLabel, illegalName, labelIsId, reservedName } from './errors.ts'
import { replacedFiles, replacedTwice, replacesItself } from './errors-squash.ts'
import type { Revision } from './revision.ts'
import { RESERVED } from './target.ts'

/** Targets are written with these. */
const ILLEGAL = /[@:+,\-\s]/

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

/** @throws DbmigError for a squashed id that is illegal, claimed twice, or that of a file which is still there */
export function indexReplaced(byId: ReadonlyMap<string, Revision>): ReadonlyMap<string, Revision> {
  const replaced = new Map<string, Revision>()
  for (const revision of byId.values()) {
    if (revision.replaces.length === 0) continue
    for (const id of new Set(revision.replaces)) {
      checkName('replaced id', id, revision)
      if (id === revision.revision) throw replacesItself(revision)
      const other = replaced.get(id)
      if (other) throw replacedTwice(id, other, revision)
      replaced.set(id, revision)
    }
    const left = revision.replaces.flatMap((id) => byId.get(id) ?? [])
    if (left.length > 0) throw replacedFiles(revision, left)
  }
  return replaced
}

/** @throws DbmigError for an illegal, reserved or duplicate label, and for one that is an id */
export function indexLabels(
  byId: ReadonlyMap<string, Revision>,
  replaced: ReadonlyMap<string, Revision>,
): ReadonlyMap<string, Revision> {
  const labels = new Map<string, Revision>()
  for (const revision of byId.values()) {
    if (revision.branchLabels.length === 0) continue
    for (const label of new Set(revision.branchLabels)) {
      checkName('branch label', label, revision)
      const owner = byId.get(label) ?? replaced.get(label)
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
