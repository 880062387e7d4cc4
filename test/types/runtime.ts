/** Whether a value that pg gives is what its TypeScript says, and values that TypeScript says pg takes. */

/** @param type TypeScript as dbmig writes it: `string[] | null`, `'a' | 'b'` */
export function isOfType(
  value: unknown,
  type: string,
  enums: ReadonlyMap<string, readonly string[]>,
): boolean {
  return type.split(' | ').some((member) => isOfMember(value, member, enums))
}

function isOfMember(value: unknown, type: string, enums: ReadonlyMap<string, readonly string[]>): boolean {
  if (type.endsWith('[]'))
    return Array.isArray(value) && value.every((one) => isOfMember(one, type.slice(0, -2), enums))
  const labels = enums.get(type)
  if (labels !== undefined) return labels.includes(String(value))
  const check = checks[type]
  if (check === undefined) throw new Error(`No check of ${type}.`)
  return check(value)
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
const hasNumbers = (value: unknown, ...keys: readonly string[]): boolean =>
  isObject(value) &&
  Object.keys(value).sort().join() === [...keys].sort().join() &&
  Object.values(value).every((one) => typeof one === 'number')

const intervalParts = ['years', 'months', 'days', 'hours', 'minutes', 'seconds', 'milliseconds']

const checks: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  Date: (value) => value instanceof Date,
  Buffer: (value) => Buffer.isBuffer(value),
  JsonValue: isJson,
  Point: (value) => hasNumbers(value, 'x', 'y'),
  Circle: (value) => hasNumbers(value, 'x', 'y', 'radius'),
  PostgresInterval: (value) =>
    isObject(value) &&
    Object.entries(value).every(([key, part]) => intervalParts.includes(key) && typeof part === 'number') &&
    ['toPostgres', 'toISO', 'toISOString'].every(
      (method) => typeof Reflect.get(value, method) === 'function',
    ),
}

function isJson(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isJson)
  if (isObject(value))
    return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isJson)
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

/**
 * Values of a type that pg is said to take.
 *
 * @param text a value as PostgreSQL reads it
 * @param selected a value as pg gives it
 */
export function valuesOf(member: string, text: string, selected: unknown): unknown[] {
  if (member.endsWith('[]')) {
    const elements = valuesOf(member.slice(0, -2), text, selected)
    return [[], elements, [...elements].reverse()]
  }
  const values: Readonly<Record<string, readonly unknown[]>> = {
    number: [7],
    boolean: [true, false],
    NumberInput: [text, 7, 7n],
    DateInput: [new Date('2020-01-02T03:04:05Z'), text],
    BytesInput: [new Uint8Array([1, 2]), Buffer.from('x'), text],
    JsonInput: [{ a: { b: [1, null] } }, '[1, "x"]', '"text"', 5, true],
    IntervalInput: [selected, text],
  }
  return [...(values[member] ?? [text])]
}
