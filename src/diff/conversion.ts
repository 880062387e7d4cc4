/** How a column's values get from one type to another, and what that does to them. */
import type { Catalog } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'

/**
 * The way: PostgreSQL's own conversion on assignment, a cast that must be written out, one by way of text where there is
 * no cast between the two, an array around the value, or an array's first element.
 */
export type ConversionWay = 'assignment' | 'cast' | 'cast through text' | 'into array' | 'first element'

export interface Conversion {
  readonly way: ConversionWay
  /** What the values lose, as the end of a sentence; null when nothing. */
  readonly loss: string | null
  /** On what values it fails, as the end of a sentence; null when on none. */
  readonly risk: string | null
}

/** The conversion that an altered type asks for. */
export function conversionOf(before: Column, after: Column, catalog: Catalog): Conversion {
  const way = wayOf(before.baseType, after.baseType, catalog)
  if (way === 'first element')
    return { way, loss: 'all but the first element of each array goes', risk: null }
  if (way === 'into array') return { way, loss: null, risk: null }
  const [from, to] = [elementOf(before), elementOf(after)]
  if (from.array !== to.array)
    return { way, loss: null, risk: isText(after.baseType) ? tooLong(after) : UNREADABLE }
  return { way, loss: lossOf(from, to), risk: riskOf(from, to, way) }
}

function wayOf(from: string, to: string, { assignmentCasts, casts }: Catalog): ConversionWay {
  if (from === to || assignmentCasts.has(`${from}>${to}`) || isText(to)) return 'assignment'
  if (to === `${from}[]`) return 'into array'
  if (from === `${to}[]`) return 'first element'
  const [a, b] = [bare(from), bare(to)]
  if (from.endsWith('[]') && to.endsWith('[]')) {
    // PostgreSQL converts arrays as it converts their elements (manual, section 10.4).
    return a === b || assignmentCasts.has(`${a}>${b}`) || isText(b)
      ? 'assignment'
      : casts.has(`${a}>${b}`) || isText(a)
        ? 'cast'
        : 'cast through text'
  }
  return isText(from) || casts.has(`${from}>${to}`) ? 'cast' : 'cast through text'
}

interface Element {
  /** Without modifiers and brackets. */
  readonly type: string
  readonly array: boolean
  /** `(10,2)` as numbers; empty without modifiers. */
  readonly modifiers: readonly number[]
}

function elementOf(column: Column): Element {
  const numbers = /\((\d+)(?:,(-?\d+))?\)/.exec(column.type)
  return {
    type: bare(column.baseType),
    array: column.baseType.endsWith('[]'),
    modifiers:
      numbers === null ? [] : [Number(numbers[1]), ...(numbers[2] === undefined ? [] : [Number(numbers[2])])],
  }
}

function bare(type: string): string {
  return type.replace(/(\[\])+$/, '')
}

function isText(type: string): boolean {
  return type === 'text' || type === 'character varying' || type === 'character'
}

const INTEGERS = ['smallint', 'integer', 'bigint']
const UNREADABLE = 'it fails while a value cannot be read as the new type'

/** Conversions that change values without a word: what goes. */
const LOSSY: Readonly<Record<string, string>> = {
  'timestamp with time zone>timestamp without time zone': 'the time zone of the values goes',
  'timestamp with time zone>date': 'the time of day goes',
  'timestamp without time zone>date': 'the time of day goes',
  'timestamp with time zone>time without time zone': 'the date goes',
  'timestamp without time zone>time without time zone': 'the date goes',
  'json>jsonb': 'white space, the order of keys and all but the last of equal keys go',
  'numeric>real': 'values are rounded',
  'numeric>double precision': 'values are rounded',
  'double precision>real': 'values are rounded',
  'inet>cidr': 'the bits of the host go',
}

function lossOf(from: Element, to: Element): string | null {
  const known = LOSSY[`${from.type}>${to.type}`]
  if (known !== undefined) return known
  const fraction = ['numeric', 'real', 'double precision'].includes(from.type)
  if (fraction && INTEGERS.includes(to.type)) return 'values are rounded'
  if (to.type === 'numeric' && to.modifiers.length > 0 && fraction) {
    const before = from.modifiers.length > 0 ? (from.modifiers[1] ?? 0) : Number.POSITIVE_INFINITY
    return (to.modifiers[1] ?? 0) < before ? 'values are rounded' : null
  }
  const precise = /^(timestamp|time|interval)/.test(to.type) && from.type === to.type
  const precision = (element: Element): number => element.modifiers[0] ?? 6
  return precise && precision(to) < precision(from) ? 'values are rounded' : null
}

function riskOf(from: Element, to: Element, way: ConversionWay): string | null {
  if (isText(to.type) || to.type.startsWith('bit')) {
    const [longest] = to.modifiers
    const [before] = from.modifiers
    const sameFamily = isText(from.type) || from.type === to.type
    if (longest === undefined || (sameFamily && before !== undefined && before <= longest)) return null
    return `it fails while a value is longer than ${longest}`
  }
  if (way === 'cast through text' || isText(from.type)) return UNREADABLE
  if (from.type === to.type) return to.type === 'numeric' ? digitsRisk(from, to) : null
  if (LOSSLESS.has(`${from.type}>${to.type}`) || LOSSY[`${from.type}>${to.type}`] !== undefined) return null
  if (INTEGERS.includes(from.type) && to.type === 'numeric')
    return to.modifiers.length === 0 ? null : OUT_OF_RANGE
  if (INTEGERS.includes(to.type) || to.type === 'numeric') return OUT_OF_RANGE
  return UNREADABLE
}

const OUT_OF_RANGE = 'it fails while a value is out of the range of the new type'

function digitsRisk(from: Element, to: Element): string | null {
  const digits = ({ modifiers: [precision, scale] }: Element): number =>
    precision === undefined ? Number.POSITIVE_INFINITY : precision - (scale ?? 0)
  return digits(to) < digits(from) ? OUT_OF_RANGE : null
}

function tooLong(after: Column): string | null {
  const [longest] = elementOf(after).modifiers
  return longest === undefined ? null : `it fails while a value is longer than ${longest}`
}

/** Conversions between types that every value survives. */
const LOSSLESS: ReadonlySet<string> = new Set([
  'smallint>integer',
  'smallint>bigint',
  'integer>bigint',
  'smallint>real',
  'smallint>double precision',
  'integer>double precision',
  'real>double precision',
  'date>timestamp without time zone',
  'date>timestamp with time zone',
  'timestamp without time zone>timestamp with time zone',
  'jsonb>json',
  'cidr>inet',
])
