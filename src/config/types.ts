/** The configuration's `types`: where `dbmig types` writes, and what it writes in place of what PostgreSQL says. */
import { nearest } from '../nearest.ts'
import type { Override, Overrides } from '../types/overrides.ts'
import { describe } from './describe.ts'
import { unknownKey, wrongValue } from './errors.ts'

/** What changes the names, as the options of Kysely's CamelCasePlugin say. */
export interface CamelCaseOptions {
  readonly upperCase?: boolean
  readonly underscoreBeforeDigits?: boolean
  readonly underscoreBetweenUppercaseLetters?: boolean
  readonly maintainNestedObjectKeys?: boolean
}

/** As written. */
export interface TypesConfig {
  /** The file, relative to the configuration. */
  readonly output?: string | undefined
  /** For CamelCasePlugin: true, or the options that it is given. */
  readonly camelCase?: boolean | CamelCaseOptions | undefined
  /** Whether partitions get types of their own, beside the tables that they are parts of. */
  readonly partitions?: boolean | undefined
  readonly overrides?: Overrides | undefined
}

export interface ProjectTypes {
  /** Absolute; undefined where the configuration names none. */
  readonly output: string | undefined
  /** Null: names stay as they are. */
  readonly camelCase: CamelCaseOptions | null
  readonly partitions: boolean
  readonly overrides: Overrides
}

interface Rule {
  readonly expected: string
  readonly accepts: (value: unknown) => boolean
}

type Parts = Readonly<Record<string, unknown>>

const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== ''
const isFlag = (value: unknown): boolean => typeof value === 'boolean'
const isObject = (value: unknown): value is Parts =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const flag: Rule = { expected: 'true or false', accepts: isFlag }
const text: Rule = { expected: 'TypeScript as a text', accepts: isText }
const byName = (example: string): Rule => ({ expected: `an object such as ${example}`, accepts: isObject })

const parts: Readonly<Record<keyof TypesConfig, Rule>> = {
  output: { expected: 'a file, such as src/db.ts', accepts: isText },
  camelCase: {
    expected: 'true, false, or the options of CamelCasePlugin',
    accepts: (value) => isFlag(value) || isObject(value),
  },
  partitions: flag,
  overrides: byName("{ types: { numeric: 'number' }, columns: { 'users.settings': 'Settings' } }"),
}

const camelCaseParts: Readonly<Record<keyof CamelCaseOptions, Rule>> = {
  upperCase: flag,
  underscoreBeforeDigits: flag,
  underscoreBetweenUppercaseLetters: flag,
  maintainNestedObjectKeys: flag,
}

const overridesParts: Readonly<Record<keyof Overrides, Rule>> = {
  types: byName("{ numeric: 'number' }"),
  columns: byName(`{ 'users.settings': "import('./settings').Settings" }`),
}

const override: Rule = {
  expected: 'TypeScript as a text, or { select, insert, update } of such',
  accepts: (value) => isText(value) || isObject(value),
}

const overrideParts: Readonly<Record<keyof Exclude<Override, string>, Rule>> = {
  select: text,
  insert: text,
  update: text,
}

/** @throws CONFIG_WRONG_VALUE, CONFIG_UNKNOWN_KEY naming the key */
export function requireTypes(source: string, types: object): void {
  const found = requireParts(source, 'types', types, parts)
  if (isObject(found['camelCase']))
    requireParts(source, 'types.camelCase', found['camelCase'], camelCaseParts)
  if (!isObject(found['overrides'])) return
  const overrides = requireParts(source, 'types.overrides', found['overrides'], overridesParts)
  for (const [kind, entries] of Object.entries(overrides)) {
    for (const [name, value] of Object.entries(isObject(entries) ? entries : {})) {
      const key = `types.overrides.${kind}['${name}']`
      requireValue(source, key, value, override)
      if (!isObject(value)) continue
      requireParts(source, key, value, overrideParts)
      if (value['select'] === undefined)
        throw wrongValue(source, `${key}.select`, describe(undefined), text.expected)
    }
  }
}

/** @returns the object, each of whose keys is known and of the right kind */
function requireParts(
  source: string,
  path: string,
  value: object,
  rules: Readonly<Record<string, Rule>>,
): Parts {
  const entries = Object.entries(value).filter(([, part]) => part !== undefined)
  for (const [name, part] of entries) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
    if (rule === undefined) throw unknownKey(source, `${path}.${name}`, nearest(name, Object.keys(rules)))
    requireValue(source, `${path}.${name}`, part, rule)
  }
  return Object.fromEntries(entries)
}

function requireValue(source: string, key: string, value: unknown, { accepts, expected }: Rule): void {
  if (!accepts(value)) throw wrongValue(source, key, describe(value), expected)
}

/**
 * Fills in what is left out.
 *
 * @param absolute makes a path of the configuration absolute
 */
export function resolveTypes(
  { output, camelCase = false, partitions = false, overrides = {} }: TypesConfig,
  absolute: (path: string) => string,
): ProjectTypes {
  return {
    output: output === undefined ? undefined : absolute(output),
    camelCase: camelCase === false ? null : camelCase === true ? {} : camelCase,
    partitions,
    overrides,
  }
}
