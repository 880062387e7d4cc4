/** Changes in words: what `check` lists and a revision announces. */

import { nameOfIdentity } from '../catalog/object.ts'
import type { Change } from './change.ts'
import { subjectOf } from './compare.ts'

export interface ReportedChange {
  /** The kind of object. */
  readonly kind: string
  readonly identity: string
  readonly action: 'create' | 'drop' | 'alter'
  readonly summary: string
}

/** What a reader wants to know: an object that comes or goes is told once, not with each of its parts. */
export function reportChanges(changes: readonly Change[]): ReportedChange[] {
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
    .map(reportChange)
}

function reportChange(change: Change): ReportedChange {
  const { kind, identity } = subjectOf(change)
  const name = `${kind} ${nameOfIdentity(identity)}`
  switch (change.action) {
    case 'create':
      return { kind, identity, action: 'create', summary: `create ${name}` }
    case 'drop':
      return { kind, identity, action: 'drop', summary: `drop ${name}` }
    default: {
      const details = change.differences.map(
        ({ aspect, from, to }) => `${aspect} ${shortened(from)} → ${shortened(to)}`,
      )
      return { kind, identity, action: 'alter', summary: `change ${name}: ${details.join('; ')}` }
    }
  }
}

const LONGEST = 120

/** A value on one line; a definition of many lines would hide the rest of the list. */
function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`
}
