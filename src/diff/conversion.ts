/** How a column's values get from one type to another, and what that does to them. */
import type { Catalog } from '../catalog/catalog.ts'
import type { RelationColumn } from '../catalog/relation-columns.ts'
import { lossOf, riskOf } from './conversion-notes.ts'
import { isInteger, isText, type ValueType, valueTypeOf, withoutModifiers } from './value-type.ts'

/**
 * The way: PostgreSQL's own conversion on assignment; a cast that must be written out; one by way of text, or of `integer`,
 * where there is no cast between the two; an array around the value, and an array's first element; or the elements of an
 * array of texts in one text.
 */
export type ConversionWay =
  | 'assignment'
  | 'cast'
  | 'cast through text'
  | 'cast through integer'
  | 'into array'
  | 'first element'
  | 'joined'

export interface Conversion {
  readonly way: ConversionWay
  /** The type to name in a cast: without what makes it cut values that do not fit. */
  readonly cast: string
  /** What the values lose, as the end of a sentence; null when nothing. */
  readonly loss: string | null
  /** On what values it fails, as the end of a sentence; null when on none. */
  readonly risk: string | null
}

/** A type as PostgreSQL prints it: with modifiers, and without. */
export interface PrintedType {
  readonly type: string
  readonly baseType: string
}

/** A type that is printed with its modifiers. */
export function printedType(type: string): PrintedType {
  return { type, baseType: withoutModifiers(type) }
}

/** The conversion that another type asks for. */
export function conversionOf(
  before: PrintedType,
  after: PrintedType,
  { live, target }: { readonly live: Catalog; readonly target: Catalog },
): Conversion {
  const from = valueTypeOf(before.type, before.baseType, live)
  const to = valueTypeOf(after.type, after.baseType, target)
  const way = wayOf(from, to, live)
  return { way, cast: castName(to), loss: lossOf(from, to, way), risk: riskOf(from, to, way) }
}

/** How values of an attribute get to its new type; null where it has that already. */
export function attributeConversion(
  before: RelationColumn,
  after: RelationColumn,
  sides: { readonly live: Catalog; readonly target: Catalog },
): Conversion | null {
  if (before.type === after.type) return null
  return conversionOf(printedType(before.type), printedType(after.type), sides)
}

function wayOf(from: ValueType, to: ValueType, { assignmentCasts, casts }: Catalog): ConversionWay {
  const [a, b] = [from.element, to.element]
  const elements = elementWay(a, b, assignmentCasts, casts)
  if (from.array === to.array) return elements
  const follows = a === b || (isText(a) && isText(b)) || assignmentCasts.has(`${a}>${b}`)
  if (from.array && isText(b)) return isText(a) ? 'joined' : 'assignment'
  if (from.array) return follows ? 'first element' : 'cast through text'
  if (isText(a) && !isText(b)) return 'cast'
  return follows ? 'into array' : 'cast through text'
}

/** PostgreSQL converts arrays as it converts their elements (manual, section 10.4). */
function elementWay(
  from: string,
  to: string,
  assignmentCasts: ReadonlySet<string>,
  casts: ReadonlySet<string>,
): ConversionWay {
  // On assignment, PostgreSQL takes no other length than that of the type.
  if (to === 'bit') return from === to || casts.has(`${from}>${to}`) ? 'cast' : 'cast through text'
  if (from === to || isText(to) || assignmentCasts.has(`${from}>${to}`)) return 'assignment'
  if (casts.has(`${from}>${to}`) || isText(from)) return 'cast'
  const number = (type: string): boolean => isInteger(type) || NUMBERS.has(type)
  return (from === 'boolean' && number(to)) || (number(from) && to === 'boolean')
    ? 'cast through integer'
    : 'cast through text'
}

const NUMBERS: ReadonlySet<string> = new Set(['numeric', 'real', 'double precision'])

/** Without a length a value that is too long is refused, not cut; but `bit` means `bit(1)`. */
function castName(to: ValueType): string {
  return to.element === 'bit' ? to.type : to.base
}
