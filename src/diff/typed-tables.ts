/** Tables of a composite type, whose columns must stand in the order of its attributes. */
import { dependentsIn, findObject } from '../catalog/catalog.ts'
import { DbmigError } from '../errors.ts'
import type { Change, Sides } from './change.ts'
import { printsAs } from './remake.ts'

/**
 * Sees to it that no type that a table is of has its attributes in an order to which the table's columns cannot be brought.
 *
 * @throws DbmigError `DIFF_TYPED_ORDER`
 */
export function refuseReordered(changes: readonly Change[], { live, target }: Sides): void {
  for (const change of changes) {
    if (change.action !== 'alter') continue
    const { before, after } = change
    if (before.kind !== 'composite type' || after.kind !== 'composite type') continue
    const wanted = after.attributes.map(({ name }) => name)
    const kept = before.attributes.map(({ name }) => name).filter((name) => wanted.includes(name))
    if (kept.every((name, i) => name === wanted[i])) continue
    for (const identity of dependentsIn(live).get(before.identity) ?? []) {
      const [now, then] = [findObject(live, 'table', identity), findObject(target, 'table', identity)]
      if (now === undefined || now.ofType === null || then === undefined || then.ofType === null) continue
      if (!printsAs(now.ofType, before, live) || !printsAs(then.ofType, after, target)) continue
      throw new DbmigError(
        'DIFF_TYPED_ORDER',
        `The attributes of type ${after.name} change their order, to which PostgreSQL brings no columns of a table, and table ${now.name} is of the type: leave them in the order (${kept.join(', ')}) and add new ones at the end, or make the table anew by hand.`,
      )
    }
  }
}
