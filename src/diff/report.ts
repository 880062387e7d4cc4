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
      const details = change.differences.map(({ aspect, from, to }) => `${aspect} ${movement(from, to)}`)
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
/** How much of what two values have in common stands before that in which they differ. */
const LEAD = 40

/** Two values on one line, cut to where they differ: a definition of many lines would hide the rest of the list. */
function movement(before: string, after: string): string {
  const [from, to] = [inOneLine(before), inOneLine(after)]
  if (from === to) return 'differs in white space alone'
  if (from.length <= LONGEST && to.length <= LONGEST) return `${from} → ${to}`
  const start = startOfDifference(from, to)
  return `${cut(from, start)} → ${cut(to, start)}`
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** The beginning of a word not far before the first difference; 0 where that is at the beginning anyway. */
function startOfDifference(from: string, to: string): number {
  let same = 0
  while (same < from.length && from[same] === to[same]) same++
  if (same <= LEAD) return 0
  const space = from.indexOf(' ', same - LEAD)
  return space === -1 || space >= same ? same - LEAD : space + 1
}

function cut(line: string, start: number): string {
  const rest = `${start === 0 ? '' : '…'}${line.slice(start)}`
  return rest.length <= LONGEST ? rest : `${rest.slice(0, LONGEST - 1)}…`
}
