/** What a conversion takes from values, and where it fails: measured by test/diff/conversion-values.test.ts, which holds each word. */
import type { ConversionWay } from './conversion.ts'
import { exceedsInteger, isNumber, isRounded, numberRisk } from './conversion-numbers.ts'
import { isInteger, isText, type ValueType } from './value-type.ts'

/** What values lose, as the end of a sentence; null when nothing. */
export function lossOf(from: ValueType, to: ValueType, way: ConversionWay): string | null {
  if (way === 'first element') return 'all but the first element of each array goes'
  if (way === 'joined') return 'the elements of each array are joined by commas'
  if (to.element === '"char"' && from.element !== to.element && from.element !== 'integer')
    return 'all but the first byte of each value goes'
  if (to.element === 'name' && !(longestOf(from) <= 63)) return 'what is longer than 63 bytes is cut'
  if (from.array !== to.array && way !== 'into array') return null
  if (to.element === 'character' && isText(from.element) && from.element !== 'character')
    return 'blanks at the end go'
  const known = LOSSES[`${from.element}>${to.element}`]
  if (known !== undefined) return known
  if (to.element === 'bit' && way === 'cast') return bitsLoss(from, to)
  if (isRounded(from, to)) return ROUNDED
  if (to.element === 'boolean' && isNumber(from)) return 'all numbers but 0 become true'
  if (isTemporal(to) && isTemporal(from)) return temporalLoss(from, to)
  return way === 'cast through text' || isKept(from, to)
    ? null
    : `they become what the cast from ${from.element} to ${to.element} makes of them`
}

/** On what values it fails, as the end of a sentence; null when on none. */
export function riskOf(from: ValueType, to: ValueType, way: ConversionWay): string | null {
  const risk = valueRisk(from, to, way)
  const checked = to.checkedBy !== null && to.checkedBy !== from.checkedBy
  return risk ?? (checked ? 'it fails while a value does not pass the checks of the new type' : null)
}

const UNREADABLE = 'it fails while a value cannot be read as the new type'
const OUT_OF_RANGE = 'it fails while a value is out of the range of the new type'
const ROUNDED = 'values are rounded'

function valueRisk(from: ValueType, to: ValueType, way: ConversionWay): string | null {
  const [a, b] = [from.element, to.element]
  const unfit = from.array !== to.array && way !== 'first element' && way !== 'into array'
  if (isText(b) && !(from.array === false && to.array)) return tooLong(from, to, unfit)
  if (unfit) return UNREADABLE
  if (b === 'bit varying' && (a === 'bit' || a === b)) return tooLong(from, to, false)
  // Of any text it takes the first byte.
  if (b === '"char"' && a !== 'integer') return null
  if (way === 'cast through text') return READ_ALL.has(`${a}>${b}`) ? null : UNREADABLE
  if (way === 'cast through integer') return b === 'boolean' && exceedsInteger(from) ? OUT_OF_RANGE : null
  if (isText(b)) return tooLong(from, to, false)
  if (isText(a) || (a === 'jsonb' && b !== a && b !== 'json')) return UNREADABLE
  if (a === 'bit' && isInteger(b))
    return (from.modifiers[0] ?? 1) > (b === 'integer' ? 32 : 64) ? OUT_OF_RANGE : null
  return RISKS[`${a}>${b}`] ?? (numberRisk(from, to) ? OUT_OF_RANGE : null)
}

/** Values that are written as a text, arrays as a whole. */
function tooLong(from: ValueType, to: ValueType, whole: boolean): string | null {
  const [longest] = to.modifiers
  if (longest === undefined || (!whole && longestOf(from) <= longest)) return null
  return `it fails while a value is longer than ${longest}`
}

/** How long the values of a type get when they are written. */
function longestOf({ element, modifiers: [length, scale] }: ValueType): number {
  if (element === 'numeric' && length !== undefined) return length + (scale === 0 ? 1 : 3)
  if (element === 'bit') return length ?? 1
  if (length !== undefined && (isText(element) || element === 'bit varying')) return length
  return LONGEST[element] ?? Number.POSITIVE_INFINITY
}

const LONGEST: Readonly<Record<string, number>> = {
  smallint: 6,
  integer: 11,
  bigint: 20,
  oid: 10,
  real: 15,
  'double precision': 24,
  boolean: 5,
  '"char"': 4,
  name: 63,
  uuid: 36,
  macaddr: 17,
  macaddr8: 23,
  pg_lsn: 17,
  date: 16,
  'time without time zone': 15,
  'time with time zone': 24,
  'timestamp without time zone': 32,
  'timestamp with time zone': 41,
}

/** Conversions that change values without a word. */
const LOSSES: Readonly<Record<string, string>> = {
  'timestamp with time zone>timestamp without time zone': 'the time zone of the values goes',
  'timestamp with time zone>date': 'the time of day goes',
  'timestamp without time zone>date': 'the time of day goes',
  'timestamp with time zone>time without time zone': 'the date goes',
  'timestamp with time zone>time with time zone': 'the date goes',
  'timestamp without time zone>time without time zone': 'the date goes',
  'time with time zone>time without time zone': 'the time zone of the values goes',
  'interval>time without time zone': 'all but the time of day goes',
  'tsrange>daterange': 'the time of day goes',
  'tstzrange>daterange': 'the time of day goes',
  'json>jsonb': 'white space, the order of keys and all but the last of equal keys go',
  'inet>cidr': 'the bits of the host go',
  'bytea>smallint': 'the number of bytes goes',
  'bytea>integer': 'the number of bytes goes',
  'bytea>bigint': 'the number of bytes goes',
  'lseg>point': 'all but the centre goes',
  'box>point': 'all but the centre goes',
  'polygon>point': 'all but the centre goes',
  'circle>point': 'all but the centre goes',
  'box>circle': 'the corners go: each box becomes the circle around it',
  'box>lseg': 'the box becomes its diagonal',
  'polygon>box': 'each polygon becomes the box around it',
  'polygon>circle': 'each polygon becomes a circle about its size',
  'circle>box': 'each circle becomes the box within it',
  'circle>polygon': 'each circle becomes a polygon of 12 points',
}

const RISKS: Readonly<Record<string, string>> = {
  'bytea>smallint': OUT_OF_RANGE,
  'bytea>integer': OUT_OF_RANGE,
  'bytea>bigint': OUT_OF_RANGE,
  'bigint>oid': OUT_OF_RANGE,
  'integer>"char"': OUT_OF_RANGE,
  'macaddr8>macaddr': OUT_OF_RANGE,
  'path>polygon': 'it fails while a path is open',
}

/** What PostgreSQL has no cast for and yet reads, whatever the value. */
const READ_ALL: ReadonlySet<string> = new Set([
  'int4range>int8range',
  'int4range>numrange',
  'int8range>numrange',
  'daterange>tsrange',
  'daterange>tstzrange',
  'tsrange>daterange',
  'tstzrange>daterange',
  'tsrange>tstzrange',
  'tstzrange>tsrange',
])

/** Casts that every value survives, beside those between numbers, and those between times. */
const KEPT: ReadonlySet<string> = new Set([
  'date>timestamp without time zone',
  'date>timestamp with time zone',
  'jsonb>json',
  'jsonb>boolean',
  'cidr>inet',
  'macaddr>macaddr8',
  'macaddr8>macaddr',
  'smallint>oid',
  'integer>oid',
  'bigint>oid',
  'oid>integer',
  'oid>bigint',
  'smallint>bytea',
  'integer>bytea',
  'bigint>bytea',
  'boolean>integer',
  'integer>"char"',
  '"char">integer',
  'bit>bit varying',
  'bit>integer',
  'bit>bigint',
  'point>box',
  'box>polygon',
  'polygon>path',
  'path>polygon',
  'int4range>int4multirange',
  'int8range>int8multirange',
  'numrange>nummultirange',
  'daterange>datemultirange',
  'tsrange>tsmultirange',
  'tstzrange>tstzmultirange',
])

function isKept(from: ValueType, to: ValueType): boolean {
  const [a, b] = [from.element, to.element]
  const numbers = isNumber(from) && (isNumber(to) || a === 'boolean')
  return a === b || isText(a) || isText(b) || numbers || a === 'boolean' || KEPT.has(`${a}>${b}`)
}

function bitsLoss(from: ValueType, to: ValueType): string | null {
  const bits = to.modifiers[0] ?? 1
  if (isInteger(from.element))
    return bits < (from.element === 'integer' ? 32 : 64) ? `all but the last ${bits} bits go` : null
  if (from.element === 'bit')
    return bits < (from.modifiers[0] ?? 1) ? `all but the first ${bits} bits go` : null
  return `values are cut, or filled with zeros, to ${bits} bits`
}

function isTemporal({ element }: ValueType): boolean {
  return /^(timestamp|time|interval)\b/.test(element)
}

function temporalLoss(from: ValueType, to: ValueType): string | null {
  const [last, lastBefore] = [lastField(to), lastField(from)]
  if (last < lastBefore) return `all that is less than a ${FIELDS[last]} goes`
  const precision = (one: ValueType): number =>
    lastField(one) === FIELDS.length - 1 ? (one.modifiers[0] ?? 6) : 0
  return precision(to) < precision(from) ? ROUNDED : null
}

const FIELDS: readonly string[] = ['year', 'month', 'day', 'hour', 'minute', 'second']

/** The smallest field that an interval keeps (`interval year to month`). */
function lastField({ type, element }: ValueType): number {
  if (element !== 'interval') return FIELDS.length - 1
  const last = /(\w+)$/.exec(type.replace(/\(\d+\)|(\[\])+/g, ''))?.[1] ?? ''
  const at = FIELDS.indexOf(last)
  return at === -1 ? FIELDS.length - 1 : at
}
