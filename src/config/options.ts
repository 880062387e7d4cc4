/** What an application hands to a command: checked, since not every application is typed. */
import { describe } from './describe.ts'
import { wrongValue } from './errors.ts'

interface Rule {
  readonly expected: string
  readonly accepts: (value: unknown) => boolean
  readonly secret?: true
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null

const text: Rule = { expected: 'a text', accepts: isText }
const milliseconds: Rule = {
  expected: 'a number of milliseconds from 0',
  accepts: (value) => typeof value === 'number' && value >= 0,
}
const yesOrNo: Rule = { expected: 'true or false', accepts: (value) => typeof value === 'boolean' }

const rules: Readonly<Record<string, Rule>> = {
  cwd: text,
  database: text,
  tag: text,
  target: text,
  targets: {
    expected: "a list of targets, such as ['head']",
    accepts: (value) => Array.isArray(value) && value.every(isText),
  },
  only: {
    expected: "a list of names or patterns, such as ['eu_*']",
    accepts: (value) => Array.isArray(value) && value.every(isText),
  },
  config: {
    expected: 'a file, or an object that is a configuration',
    accepts: (value) => isText(value) || isObject(value),
    secret: true,
  },
  args: { expected: 'an object of texts', accepts: isObject },
  env: { expected: 'an object of variables by name', accepts: isObject, secret: true },
  lockWaitMs: milliseconds,
  waitForDatabaseMs: milliseconds,
  signal: { expected: 'an AbortSignal', accepts: (value) => value instanceof AbortSignal },
  onEvent: { expected: 'a function', accepts: (value) => typeof value === 'function' },
  ...{ dryRun: yesOrNo, retry: yesOrNo, strict: yesOrNo, outOfOrder: yesOrNo, failFast: yesOrNo },
}

/**
 * What is wrong would be taken for something else, or be found when something ran already.
 *
 * @throws CONFIG_WRONG_VALUE
 */
export function requireOptions(options: object): void {
  for (const [key, { accepts, expected, secret }] of Object.entries(rules)) {
    const value: unknown = Reflect.get(options, key)
    if (value !== undefined && !accepts(value))
      throw wrongValue('the options', key, describe(value, secret), expected)
  }
}
