/** What differs in nothing but its name and holds nothing that could be lost: it is renamed without a question. */
import type { Column } from '../../catalog/column.ts'
import { canonicalExpression } from '../../catalog/expression.ts'
import type { CatalogObject } from '../../catalog/kinds.ts'
import type { Sequence } from '../../catalog/sequence.ts'
import type { Change, Sides } from '../change.ts'
import { differOf } from '../kinds.ts'
import { areAlike } from './likeness.ts'
import { isAsked, isRenameable, namedObject, namedPart, objectNamed, type Rename } from './rename.ts'

/**
 * The renames that need no question, where the live side has the names of all renames that do.
 *
 * @param decided those renames, in which tables and columns have been given their new names
 * @param isSeparate whether a user has said that it is another object
 */
export function identicalRenames(
  changes: readonly Change[],
  sides: Sides,
  decided: readonly Rename[],
  isSeparate: (rename: Rename) => boolean,
): Rename[] {
  const found = [
    ...twins(changes, new Set(decided.map(({ to }) => to.identity))),
    ...identitySequences(sides),
    ...viewColumns(sides, decided),
  ].filter((rename) => !isSeparate(rename))
  if (found.length === 0) return []
  const moving = new Set(
    found.flatMap(({ from: { object } }) =>
      object.kind === 'sequence' && object.ownedBy !== null
        ? [object.identity, object.ownedBy]
        : [object.identity],
    ),
  )
  const held = new Set<string>()
  for (const object of sides.live.objects.values())
    if (!moving.has(object.identity)) for (const name of differOf(object).names(object)) held.add(name)
  // Who keeps a name must go before another takes it, which is for the plan to order.
  return found.filter(
    ({ from, to }) =>
      from.kind !== from.object.kind ||
      !differOf(to.object)
        .names(to.object)
        .some((name) => held.has(name)),
  )
}

/** Objects that go and objects that come, of the same text. Which of several is which makes no difference. */
function twins(changes: readonly Change[], renamed: ReadonlySet<string>): Rename[] {
  const gone = new Map<string, CatalogObject[]>()
  for (const change of changes) {
    const print = change.action === 'drop' ? fingerprint(change.before, renamed) : null
    if (change.action === 'drop' && print !== null)
      gone.set(print, [...(gone.get(print) ?? []), change.before])
  }
  if (gone.size === 0) return []
  return changes.flatMap((change) => {
    const print = change.action === 'create' ? fingerprint(change.after, renamed) : null
    const left = print === null ? undefined : gone.get(print)
    if (change.action !== 'create' || print === null || left === undefined || left.length === 0) return []
    const from = left.find((one) => areAlike(one.name, change.after.name)) ?? left[0]
    if (from === undefined) return []
    gone.set(
      print,
      left.filter((one) => one !== from),
    )
    return [{ from: namedObject(from), to: namedObject(change.after) }]
  })
}

/** All that must be the same, as one text; null for what is never renamed without a question. */
function fingerprint(object: CatalogObject, renamed: ReadonlySet<string>): string | null {
  if (!isRenameable(object)) return null
  switch (object.kind) {
    case 'sequence':
      return object.ownedBy === null ? null : `sequence of ${object.ownedBy}`
    case 'table':
      // The partition of a renamed table is what its bound says.
      return object.partitionOf !== null && renamed.has(object.partitionOf.table)
        ? `partition ${object.partitionOf.table} ${object.partitionOf.bound}`
        : null
    case 'column':
      return object.generated === null ? null : text({ ...object, position: 0 })
    case 'index':
    case 'trigger':
    case 'rule':
      return text({ ...object, definition: withoutOwnName(object.definition) })
    case 'materialized view':
      return text({ ...object, populated: true })
    default:
      return isAsked(object.kind) ? null : text(object)
  }
}

function text(object: CatalogObject): string {
  return JSON.stringify({ ...object, name: '', identity: '', comment: null }, (_, value: unknown) =>
    typeof value === 'string' ? canonicalExpression(value) : value,
  )
}

const OWN_NAME = /^(CREATE (?:UNIQUE |CONSTRAINT )?(?:INDEX|TRIGGER|RULE) )("(?:[^"]|"")*"|\S+)/

function withoutOwnName(definition: string): string {
  return definition.replace(OWN_NAME, '$1')
}

/** The sequences behind identity columns, which PostgreSQL names after table and column, and leaves so. */
function identitySequences({ live, target }: Sides): Rename[] {
  const renames: Rename[] = []
  for (const after of target.objects.values()) {
    const before = live.objects.get(after.identity)
    if (after.kind !== 'column' || before?.kind !== 'column') continue
    const [from, to] = [sequenceOf(before), sequenceOf(after)]
    if (from === null || to === null || from.schema !== to.schema || from.name === to.name) continue
    renames.push({ from: namedObject(from), to: namedObject(to) })
  }
  return renames
}

function sequenceOf(column: Column): CatalogObject | null {
  const { identityColumn } = column
  if (identityColumn === null) return null
  const { sequenceSchema: schema, sequenceName: name, generation: _, ...options } = identityColumn
  const sequence: Sequence = {
    ...{ kind: 'sequence', identity: '', schema, name, parent: null, comment: null },
    ...{ ...options, dataType: column.type, unlogged: false, ownedBy: column.identity },
  }
  return objectNamed(sequence, {})
}

/** The columns of views that are called as a renamed column of a table was, and are to be called as it is now. */
function viewColumns({ live, target }: Sides, decided: readonly Rename[]): Rename[] {
  const names = new Set(
    decided.flatMap(({ from, to }) => (from.kind === 'column' ? [JSON.stringify([from.name, to.name])] : [])),
  )
  if (names.size === 0) return []
  const renames: Rename[] = []
  for (const after of target.objects.values()) {
    const before = live.objects.get(after.identity)
    if (after.kind !== 'view' && after.kind !== 'materialized view') continue
    if (before === undefined || before.kind !== after.kind || before.columns.length > after.columns.length)
      continue
    before.columns.forEach(({ name }, i) => {
      const wanted = after.columns[i]?.name ?? name
      if (wanted === name || !names.has(JSON.stringify([name, wanted]))) return
      renames.push({
        from: namedPart('view column', before, name),
        to: namedPart('view column', after, wanted),
      })
    })
  }
  return renames
}
