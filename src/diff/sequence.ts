/** Comparing sequences. */
import { type Catalog, findObject } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import { nameOfIdentity } from '../catalog/object.ts'
import type { Sequence } from '../catalog/sequence.ts'
import { difference, goesAway, type KindDiffer, plainDiffer, relationName } from './differ.ts'
import { shortName } from './names.ts'

export const sequenceDiffer: KindDiffer<Sequence> = {
  ...plainDiffer,
  loss: (step) => {
    if (step.action !== 'drop') return null
    const { object, replaced, sides } = step
    const name = shortName(object.identity, sides.live)
    const owner = ownerIn(object, sides.target)
    // The column goes on counting from its rows.
    if (!replaced && owner !== undefined && owner.identityColumn !== null) return null
    return replaced
      ? `sequence ${name} is made anew and starts again`
      : `sequence ${name} is dropped, and with it the number that it has come to`
  },
  compare: (before, after) => [
    ...difference('type', before.dataType, after.dataType),
    ...difference('start', before.start, after.start),
    ...difference('increment', before.increment, after.increment),
    ...difference('minimum', before.min, after.min),
    ...difference('maximum', before.max, after.max),
    ...difference('cache', before.cache, after.cache),
    ...difference('cycle', before.cycle, after.cycle),
    ...difference('unlogged', before.unlogged, after.unlogged),
    ...difference('owned by', ownerName(before), ownerName(after)),
  ],
  names: (sequence) => [relationName(sequence)],
  rebuiltBy: (sequence, cause) => goesAway(cause) && cause.before.identity === sequence.ownedBy,
  isFree: () => true,
  droppedWith: (sequence) => (sequence.ownedBy === null ? [] : [sequence.ownedBy]),
  createdWith: (sequence, sides) =>
    sequence.ownedBy !== null && isSerial(sequence, sides.target) ? [sequence.ownedBy] : [],
  settledLater: (sequence) => (sequence.ownedBy === null ? [] : [sequence.ownedBy]),
  afterCreation: (sequence) => {
    if (sequence.ownedBy === null) return []
    const [owner] = difference('owned by', null, ownerName(sequence))
    return owner === undefined ? [] : [{ difference: owner, needs: [sequence.ownedBy] }]
  },
}

const SERIAL_MAX: Readonly<Record<string, string>> = {
  smallint: '32767',
  integer: '2147483647',
  bigint: '9223372036854775807',
}

/** Whether a sequence is just what `serial` makes for its column (manual, section 8.1.4), so that the one word says both. */
function isSerial(sequence: Sequence, catalog: Catalog): boolean {
  const column = ownerIn(sequence, catalog)
  if (column === undefined || column.inherited || !column.notNull || column.default === null) return false
  // A serial column of an unlogged table has an unlogged sequence since PostgreSQL 15.
  const table = findObject(catalog, 'table', column.parent)
  const plain =
    sequence.start === '1' &&
    sequence.increment === '1' &&
    sequence.min === '1' &&
    sequence.cache === '1' &&
    !sequence.cycle &&
    sequence.unlogged === (catalog.serverVersion >= 150000 && table?.unlogged === true) &&
    sequence.comment === null
  return (
    plain &&
    sequence.max === SERIAL_MAX[sequence.dataType] &&
    column.type === sequence.dataType &&
    sequence.schema === column.schema &&
    sequence.name === `${column.table}_${column.name}_seq` &&
    Buffer.byteLength(sequence.name) < 64 &&
    /^nextval\('.*'::regclass\)$/s.test(column.default) &&
    (catalog.dependencies.get(column.identity)?.has(sequence.identity) ?? false)
  )
}

/** The column that it belongs to, as a catalog has it. */
export function ownerIn({ ownedBy }: Sequence, catalog: Catalog): Column | undefined {
  return ownedBy === null ? undefined : findObject(catalog, 'column', ownedBy)
}

/** Whether a column holds whole numbers, so that a new sequence can go on behind them. */
export function isCounted(column: Column): boolean {
  return WHOLE.has(column.baseType)
}

const WHOLE: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint', 'numeric'])

function ownerName(sequence: Sequence): string | null {
  return sequence.ownedBy === null ? null : nameOfIdentity(sequence.ownedBy)
}
