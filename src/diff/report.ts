/** Changes in words: what `check` lists and a revision announces. */

import { type Identity, nameOfIdentity } from '../catalog/object.ts'
import type { Change } from './change.ts'
import { subjectOf } from './compare.ts'
import type { Rename } from './renames/rename.ts'

export interface ReportedChange {
  /** The kind of object. */
  readonly kind: string
  readonly identity: string
  readonly action: 'create' | 'drop' | 'alter' | 'rename'
  readonly summary: string
  /** The objects that are gone and may be this one, under an old name. */
  readonly perhapsRenamedFrom: readonly Identity[]
}

/** What a reader wants to know: an object that comes or goes is told once, not with each of its parts. */
export function reportChanges(
  changes: readonly Change[],
  renamed: ReadonlyMap<Identity, readonly Identity[]> = new Map(),
): ReportedChange[] {
  const whole = new Map(changes.map((change) => [subjectOf(change).identity, change.action]))
  return changes
    .filter((change) => {
      const { parent } = subjectOf(change)
      return (
        parent === null ||
        change.action === 'alter' ||
        change.action === 'replace' ||
        whole.get(parent) !== change.action
      )
    })
    .map((change) => reportChange(change, renamed.get(subjectOf(change).identity) ?? []))
}

function reportChange(change: Change, perhapsRenamedFrom: readonly Identity[]): ReportedChange {
  const { kind, identity } = subjectOf(change)
  const name = `${kind} ${nameOfIdentity(identity)}`
  switch (change.action) {
    case 'create':
      return {
        ...{ kind, identity, action: 'create', perhapsRenamedFrom },
        summary: `create ${name}${hint(perhapsRenamedFrom)}`,
      }
    case 'drop':
      return { kind, identity, action: 'drop', perhapsRenamedFrom, summary: `drop ${name}` }
    default: {
      const details = change.differences.map(
        ({ aspect, from, to }) => `${aspect} ${shortened(from)} → ${shortened(to)}`,
      )
      return {
        ...{ kind, identity, action: 'alter', perhapsRenamedFrom },
        summary: `change ${name}: ${details.join('; ')}`,
      }
    }
  }
}

function hint(olds: readonly Identity[]): string {
  return olds.length === 0 ? '' : ` (perhaps a rename of ${olds.map(nameOfIdentity).join(' or ')})`
}

/** What is renamed, in words. */
export function reportRenames(renames: readonly Rename[]): ReportedChange[] {
  return renames.map(({ from, to }) => ({
    kind: from.kind,
    identity: to.identity,
    action: 'rename',
    summary: `rename ${from.kind} ${nameOfIdentity(from.identity)} to ${nameOfIdentity(to.identity)}`,
    perhapsRenamedFrom: [],
  }))
}

const LONGEST = 120

/** A value on one line; a definition of many lines would hide the rest of the list. */
function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`
}
