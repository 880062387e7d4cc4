/** Checking what a user wrote as configuration: every key known, every value of the right kind. */

import { isTimeout, timeoutWords } from '../loader/revision-config.ts'
import { nearest } from '../nearest.ts'
import type { Config } from './config.ts'
import { type DatabaseParts, requireDatabases } from './databases.ts'
import { describe, quoted } from './describe.ts'
import { unknownKey, wrongValue } from './errors.ts'
import { requireHooks } from './hooks.ts'
import { requireTypes } from './types.ts'

/** What a key must be, and whether a value is that. */
interface Rule {
  readonly expected: string
  readonly accepts: (value: unknown) => boolean
  /** Throws a message of its own for what is wrong inside of a value that is accepted. */
  readonly requireParts?: (source: string, value: unknown) => void
  /** Values that may hold a password are described, never shown. */
  readonly secret?: true
}

const text = (value: unknown): value is string => typeof value === 'string' && value.trim() !== ''
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length > 0
const texts = (value: unknown): boolean => isList(value) && value.every(text)
const isRecord = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const wholeNumberFrom = (least: number) => (value: unknown) =>
  Number.isInteger(value) && Number(value) >= least

const MANAGED = ['grants', 'owners', 'publications', 'event triggers']
const FILE_TOKENS = ['year', 'month', 'day', 'hour', 'minute', 'second', 'epoch', 'rev', 'slug']

/** `postgres://…`, `postgresql://…`, `pglite:memory` or `pglite:DIR`. */
const isUrl = (value: unknown): boolean =>
  typeof value === 'string' && /^(?:postgres(?:ql)?:\/\/|pglite:.)/.test(value)

const url: Rule = {
  expected: "a URL like 'postgres://user@host:5432/name', 'pglite:DIR' or 'pglite:memory'",
  accepts: isUrl,
  secret: true,
}
const filter: Rule = {
  expected: "a list of object patterns (['table:public.*']) or a function of an object",
  accepts: (value) => typeof value === 'function' || (Array.isArray(value) && value.every(text)),
}
const name: Rule = {
  expected: 'a name of at most 63 bytes',
  accepts: (value) => text(value) && Buffer.byteLength(value) <= 63,
}
const duration: Rule = {
  expected: timeoutWords,
  accepts: isTimeout,
}

/** What is said of one database. */
export const databaseParts: DatabaseParts = { url, schema: name, versionSchema: name, versionTable: name }

const rules: { readonly [Key in keyof Required<Config>]: Rule } = {
  url,
  migrations: {
    expected: 'a folder or a list of folders',
    accepts: (value) => text(value) || texts(value),
  },
  recursive: { expected: 'true or false', accepts: (value) => typeof value === 'boolean' },
  schema: {
    expected: 'a file (.ts or .sql) or a list of files',
    accepts: (value) => text(value) || texts(value),
  },
  schemas: { expected: "a list of schema names or patterns, such as ['public']", accepts: texts },
  manage: {
    expected: `a list of ${quoted(MANAGED)}`,
    accepts: (value) => Array.isArray(value) && value.every((item) => MANAGED.includes(String(item))),
  },
  versionTable: name,
  versionSchema: name,
  transaction: {
    expected: "'revision' or 'run'",
    accepts: (value) => value === 'revision' || value === 'run',
  },
  lockTimeout: duration,
  statementTimeout: duration,
  retries: {
    expected: 'a whole number from 0',
    accepts: wholeNumberFrom(0),
  },
  shadow: {
    expected: "'server', 'pglite', a URL like 'postgres://user@host:5432/name', or false",
    accepts: (value) => value === 'server' || value === 'pglite' || value === false || isUrl(value),
    secret: true,
  },
  include: filter,
  exclude: filter,
  template: { expected: 'a file, such as migrations/revision.ts.template', accepts: text },
  fileTemplate: {
    expected: `a file name made of text and ${FILE_TOKENS.map((token) => `{${token}}`).join(' ')}, with / for sub folders, none of which starts with a dot or an underscore`,
    accepts: isFileTemplate,
  },
  timezone: { expected: "an IANA time zone, such as 'UTC' or 'Europe/Berlin'", accepts: isTimeZone },
  slugLength: { expected: 'a whole number from 1', accepts: wholeNumberFrom(1) },
  hooks: {
    expected: 'an object of hooks by name',
    accepts: isRecord,
    requireParts: (source, value) => requireHooks(source, Object(value)),
  },
  databases: {
    expected: 'an object of databases by name, a list of them, or a function that gives either',
    accepts: (value) => isRecord(value) || Array.isArray(value) || typeof value === 'function',
    requireParts: (source, value) => {
      if (typeof value !== 'function') requireDatabases(source, Object(value), databaseParts)
    },
  },
  types: {
    expected: 'an object { output, camelCase, partitions, overrides }',
    accepts: isRecord,
    requireParts: (source, value) => requireTypes(source, Object(value)),
  },
}

/**
 * Checks a configuration key by key. A key that is undefined counts as absent.
 *
 * @param source what the message names: the file, or where else the values come from
 * @returns the same values, without the undefined ones
 * @throws DbmigError CONFIG_UNKNOWN_KEY, CONFIG_WRONG_VALUE
 */
export function checkConfig(config: object, source: string): Config {
  const entries = Object.entries(config).filter(([, value]) => value !== undefined)
  for (const [key, value] of entries) {
    if (!isKey(key)) throw unknownKey(source, key, nearest(key, Object.keys(rules)))
    const rule: Rule = rules[key]
    if (!rule.accepts(value)) throw wrongValue(source, key, describe(value, rule.secret), rule.expected)
    rule.requireParts?.(source, value)
  }
  // Every key was checked against its rule, and the rules cover the keys of Config.
  return Object.fromEntries(entries) as Config
}

function isKey(key: string): key is keyof Config {
  return Object.hasOwn(rules, key)
}

/** Names that start with a dot or an underscore would never be read. */
function isFileTemplate(value: unknown): boolean {
  if (!text(value) || value.includes('\\')) return false
  if (value.split('/').some((name) => name === '' || /^[._]/.test(name))) return false
  return [...value.matchAll(/\{(.*?)\}/g)].every(([, token = '']) => FILE_TOKENS.includes(token))
}

function isTimeZone(value: unknown): boolean {
  if (!text(value)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
