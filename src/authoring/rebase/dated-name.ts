/** The date in the name of a revision file: finding it, and putting a later one in its place. */
import { basename, dirname, join } from 'node:path'
import type { Span } from '../../graph/header.ts'
import type { Revision } from '../../graph/revision.ts'
import { escaped } from '../../regexp.ts'
import { datePartsOf, type NameSettings } from '../file-name.ts'

/** Coarse to fine. */
const UNITS = ['year', 'month', 'day', 'hour', 'minute', 'second', 'millisecond'] as const
type Unit = (typeof UNITS)[number]
/** `epoch` and `epochMs`: seconds and milliseconds since 1970. */
type Field = Unit | 'epoch' | 'epochMs'

interface DatedName {
  readonly path: string
  readonly fields: readonly (Span & { readonly field: Field })[]
  /** The index of the finest unit that it shows. */
  readonly finest: number
  /** What it shows, as if it were UTC, so that two names compare as they sort. */
  readonly shown: number
  readonly timeZone: string
}

export type ClockSettings = Pick<NameSettings, 'fileTemplate' | 'timezone'>

/**
 * Later names for the files that carry a date in their name: after that of the new parent, and in their order. The date is now,
 * or where that would not be later than the one before, one unit of what the name shows after it.
 *
 * A date is what the project's template has put there, or else a leading date of another origin: `20260102`, `202601020304`,
 * `20260102030405`, `2026-01-02T03-04-05`, `2026_01_02_030405`, or seconds or milliseconds since 1970.
 *
 * @param moved in their order
 * @returns absolute paths by revision, without files that have no date in their name; folders stay
 */
export function laterNames(
  moved: readonly Revision[],
  parent: Revision,
  settings: ClockSettings,
  now: Date,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  let last = findDate(parent, settings)?.shown
  for (const revision of moved) {
    const name = findDate(revision, settings)
    if (name === null) continue
    const shown = clock(name, now)
    last = last === undefined || shown > last ? shown : nextAfter(name, last)
    names.set(revision.revision, withDate(name, last))
  }
  return names
}

function findDate({ revision, path }: Revision, settings: ClockSettings): DatedName | null {
  const name = basename(path)
  const stem = name.replace(/\.[cm]?[jt]s$/, '')
  const byTemplate = templatePatterns(settings.fileTemplate, revision).find((pattern) => pattern.test(stem))
  if (byTemplate) return dated(path, byTemplate.exec(stem), settings)
  const match = LEADING.map((pattern) => pattern.exec(stem)).find((found) => found !== null)
  // A file that is called by an id which begins with a date keeps its name, as it keeps its id.
  return match && !revision.startsWith(match[0]) ? dated(path, match, settings) : null
}

const DIGITS: Readonly<Record<string, number>> = {
  ...{ year: 4, month: 2, day: 2, hour: 2, minute: 2, second: 2, epoch: 10 },
}

/** What the template's file name looks like, with a slug and without: a revision without a message has none. */
function templatePatterns(template: string, revision: string): RegExp[] {
  const [last = ''] = template.split('/').slice(-1)
  return [last, last.replace(/[_-]*\{slug\}$/, '')].map((text) => {
    const source = text.split(/(\{\w+\})/).map((part, index) => {
      const token = /^\{(\w+)\}$/.exec(part)?.[1]
      if (token === undefined) return escaped(part)
      if (token === 'rev') return escaped(revision)
      const digits = DIGITS[token]
      return digits === undefined ? '.*' : `(?<${token}_${index}>\\d{${digits}})`
    })
    return new RegExp(`^${source.join('')}$`, 'd')
  })
}

const YEAR = '(?<year>(?:19|20)\\d\\d)'
const MONTH = '(?<month>0[1-9]|1[0-2])'
const DAY = '(?<day>0[1-9]|[12]\\d|3[01])'
const HOUR = '(?<hour>[01]\\d|2[0-3])'
const MINUTE = '(?<minute>[0-5]\\d)'
const SECOND = '(?<second>[0-5]\\d)'
const TIME = `[-_T. ]?${HOUR}(?<s2>[-_:.]?)${MINUTE}(?:\\k<s2>${SECOND}(?:[-_.]?(?<millisecond>\\d{3}))?)?(?<zone>Z?)`

/** Ten digits that begin with 1 are seconds until the year 2033; with 20 they are the hour of a day. */
const LEADING = [
  /^(?<epochMs>1\d{12})(?!\d)/d,
  /^(?<epoch>1\d{9})(?!\d)/d,
  new RegExp(`^${YEAR}${MONTH}${DAY}${HOUR}(?!\\d)`, 'd'),
  new RegExp(`^${YEAR}(?<s1>[-_.]?)${MONTH}\\k<s1>${DAY}(?:${TIME})?(?!\\d)`, 'd'),
]

/** @returns null for a name without a year, which no later one would sort after */
function dated(path: string, match: RegExpExecArray | null, settings: ClockSettings): DatedName | null {
  const groups = match?.groups ?? {}
  const fields = Object.entries(match?.indices?.groups ?? {}).flatMap(([name, span]) => {
    const field = fieldOf(name)
    return field && span ? [{ field, start: span[0], end: span[1] }] : []
  })
  const stem = match?.[0] === undefined ? '' : basename(path)
  const values = new Map(fields.map(({ field, start, end }) => [field, Number(stem.slice(start, end))]))
  const epoch = values.get('epochMs') ?? (values.get('epoch') ?? Number.NaN) * 1000
  if (!Number.isNaN(epoch)) {
    const finest = UNITS.indexOf(values.has('epochMs') ? 'millisecond' : 'second')
    return { path, fields, finest, shown: epoch, timeZone: 'UTC' }
  }
  if (!values.has('year')) return null
  const numbers = UNITS.map((unit) => values.get(unit))
  return {
    path,
    fields,
    finest: numbers.findLastIndex((number) => number !== undefined),
    shown: fromNumbers(numbers),
    timeZone: groups['zone'] === 'Z' ? 'UTC' : settings.timezone,
  }
}

function fieldOf(group: string): Field | undefined {
  const name = group.replace(/_\d+$/, '')
  return [...UNITS, 'epoch' as const, 'epochMs' as const].find((field) => field === name)
}

function fromNumbers([year = 0, month = 1, day = 1, ...time]: readonly (number | undefined)[]): number {
  const [hour = 0, minute = 0, second = 0, millisecond = 0] = time
  return Date.UTC(year, month - 1, day, hour, minute, second, millisecond)
}

function toNumbers(shown: number): number[] {
  const date = new Date(shown)
  return [
    ...[date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()],
    ...[date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(), date.getUTCMilliseconds()],
  ]
}

/** What the name would show now. */
function clock({ timeZone, finest }: DatedName, now: Date): number {
  const parts = datePartsOf(now, timeZone)
  const numbers = UNITS.map((unit) =>
    unit === 'millisecond' ? now.getUTCMilliseconds() : Number(parts[unit]),
  )
  return fromNumbers(numbers.slice(0, finest + 1))
}

/** The first date after another one that the name can show. */
function nextAfter({ finest }: DatedName, shown: number): number {
  const numbers = toNumbers(shown).slice(0, finest + 1)
  return fromNumbers(numbers.map((number, index) => (index === finest ? number + 1 : number)))
}

function withDate({ path, fields }: DatedName, shown: number): string {
  const numbers = toNumbers(shown)
  const text = (field: Field, length: number): string => {
    const value =
      field === 'epochMs' ? shown : field === 'epoch' ? shown / 1000 : (numbers[UNITS.indexOf(field)] ?? 0)
    return String(value).padStart(length, '0')
  }
  const name = [...fields]
    .sort((a, b) => b.start - a.start)
    .reduce(
      (before, { field, start, end }) =>
        before.slice(0, start) + text(field, end - start) + before.slice(end),
      basename(path),
    )
  return join(dirname(path), name)
}
