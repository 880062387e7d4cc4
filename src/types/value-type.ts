/** What a value of a column is in TypeScript: as pg gives it, and as pg takes it. */

/** The declarations that a file of types brings along where it needs them. */
export type Helper =
  | 'ViewColumn'
  | 'NumberInput'
  | 'DateInput'
  | 'BytesInput'
  | 'JsonValue'
  | 'JsonObject'
  | 'JsonInput'
  | 'PostgresInterval'
  | 'IntervalInput'
  | 'Point'
  | 'Circle'

export interface ValueType {
  /** TypeScript of what a row holds. */
  readonly select: string
  /** TypeScript of what may be inserted, as members of a union. */
  readonly insert: readonly string[]
  /** The same of an update, where it is something else. */
  readonly update?: readonly string[]
  readonly helpers: readonly Helper[]
}

/** How pg treats a type, and arrays of it. */
export interface Treatment {
  readonly value: ValueType
  /** What an array of it is: parsed (of this, where its elements are something else than by themselves), or the text of PostgreSQL. */
  readonly array: ValueType | 'parsed' | 'text' | 'text alone'
}

const string: ValueType = { select: 'string', insert: ['string'], helpers: [] }
const number: ValueType = { select: 'number', insert: ['number'], helpers: [] }
const boolean: ValueType = { select: 'boolean', insert: ['boolean'], helpers: [] }
const big: ValueType = { select: 'string', insert: ['NumberInput'], helpers: ['NumberInput'] }
const date: ValueType = { select: 'Date', insert: ['DateInput'], helpers: ['DateInput'] }
const bytes: ValueType = { select: 'Buffer', insert: ['BytesInput'], helpers: ['BytesInput'] }
const json: ValueType = { select: 'JsonValue', insert: ['JsonInput'], helpers: ['JsonValue', 'JsonInput'] }
const interval: ValueType = {
  select: 'PostgresInterval',
  insert: ['IntervalInput'],
  helpers: ['PostgresInterval', 'IntervalInput'],
}
const point: ValueType = { select: 'Point', insert: ['string'], helpers: ['Point'] }
const circle: ValueType = { select: 'Circle', insert: ['string'], helpers: ['Circle'] }

const parsed = (value: ValueType): Treatment => ({ value, array: 'parsed' })

/** What all other types are: their text. Arrays of them are one text, too. */
export const asText: Treatment = { value: string, array: 'text' }

/** Its elements stand between other marks than the commas that pg writes. */
const ofOtherMarks: Treatment = { value: string, array: 'text alone' }

/**
 * PostgreSQL's own types that pg does not give as text, or whose arrays it parses (pg-types 2, textParsers.js), by their
 * names as `format_type` prints them.
 */
export const treatments: ReadonlyMap<string, Treatment> = new Map([
  ['boolean', parsed(boolean)],
  ['smallint', parsed(number)],
  ['integer', parsed(number)],
  ['oid', parsed(number)],
  ['real', parsed(number)],
  ['double precision', parsed(number)],
  ['bigint', parsed(big)],
  // Alone it is exact, as text; in an array it is rounded to a number.
  ['numeric', { value: big, array: { ...big, select: 'number' } }],
  ['date', parsed(date)],
  ['timestamp without time zone', parsed(date)],
  ['timestamp with time zone', parsed(date)],
  ['interval', parsed(interval)],
  ['bytea', parsed(bytes)],
  ['json', parsed(json)],
  ['jsonb', parsed(json)],
  ['point', parsed(point)],
  ['circle', { value: circle, array: 'text' }],
  ...['text', 'character varying', 'character', 'bpchar', 'uuid', 'regproc'].map(
    (name) => [name, parsed(string)] as const,
  ),
  ...['cidr', 'inet', 'macaddr', 'money', 'numrange'].map((name) => [name, parsed(string)] as const),
  ...['time without time zone', 'time with time zone'].map((name) => [name, parsed(string)] as const),
  ['box', ofOtherMarks],
  // Of PostGIS.
  ...['geometry', 'geography'].map((name) => [name, ofOtherMarks] as const),
])

/** The domains of the information schema, which views of it have. */
export const informationDomains: ReadonlyMap<string, string> = new Map([
  ['cardinal_number', 'integer'],
  ['time_stamp', 'timestamp with time zone'],
])

/** The other types of PostgreSQL that somebody may want to be told apart: text, all of them. */
export const otherTypes: readonly string[] = [
  ...[
    'name',
    'char',
    'xml',
    'jsonpath',
    'bit',
    'bit varying',
    'tsvector',
    'tsquery',
    'macaddr8',
    'pg_lsn',
    'tid',
  ],
  ...['line', 'lseg', 'path', 'polygon', 'xid', 'xid8', 'cid', 'refcursor', 'txid_snapshot', 'pg_snapshot'],
  ...['int4range', 'int8range', 'daterange', 'tsrange', 'tstzrange', 'int4multirange', 'int8multirange'],
  ...['nummultirange', 'datemultirange', 'tsmultirange', 'tstzmultirange', 'int2vector', 'oidvector'],
  ...['regclass', 'regtype', 'regprocedure', 'regrole', 'regnamespace', 'regconfig', 'regdictionary'],
]

/** What people call types that PostgreSQL prints otherwise. */
export const aliases: ReadonlyMap<string, string> = new Map([
  ['bool', 'boolean'],
  ['int2', 'smallint'],
  ['int', 'integer'],
  ['int4', 'integer'],
  ['int8', 'bigint'],
  ['float4', 'real'],
  ['float8', 'double precision'],
  ['decimal', 'numeric'],
  ['varchar', 'character varying'],
  ['char', 'character'],
  ['bpchar', 'character'],
  ['varbit', 'bit varying'],
  ['timestamp', 'timestamp without time zone'],
  ['timestamptz', 'timestamp with time zone'],
  ['time', 'time without time zone'],
  ['timetz', 'time with time zone'],
])

/** The value of an array, from how its elements are treated. */
export function arrayOf({ value, array }: Treatment): ValueType {
  if (array === 'text alone') return string
  const elements = [elementsOf(value.insert)]
  if (array === 'text')
    return { select: 'string', insert: [...elements, 'string'], helpers: inputHelpers(value) }
  const parsed = array === 'parsed' ? value : array
  return { select: elementsOf([parsed.select]), insert: elements, helpers: parsed.helpers }
}

function inputHelpers({ insert, helpers }: ValueType): readonly Helper[] {
  return helpers.filter((helper) => insert.includes(helper))
}

function elementsOf(members: readonly string[]): string {
  const [only, ...others] = members
  const isName = others.length === 0 && only !== undefined && /^[\p{ID_Continue}$]+$/u.test(only)
  return isName ? `${only}[]` : `(${members.join(' | ')})[]`
}
