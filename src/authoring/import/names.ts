/** What the name of another tool's migration says: the id of its revision, its message, and when it was made. */
import { hash } from 'node:crypto'

/** The same for everybody who imports the same migration: twelve hexadecimal digits, as a new revision has. */
export function importedId(name: string): string {
  return hash('sha256', name).slice(0, 12)
}

/** A number or date in front, whole parts of it only: `2024_2fa` is a year before `2fa`. */
const PREFIX = /^\d+(?:[-_.:]\d+)*(?:T\d+(?:[-_:.]\d+)*Z?)?(?=[-_. ]|$)[-_. ]*/

/**
 * The words of a name.
 *
 * @example messageOf('2024-01-01T10-00-00-add-users') // 'add users'
 */
export function messageOfName(name: string): string {
  const words = (text: string): string => (text.match(/[^-_\s]+/g) ?? []).join(' ')
  return words(name.replace(PREFIX, '')) || words(name)
}

/** Years in which migrations were written: what else looks like a date is a number. */
const FIRST_YEAR = 1990
const LAST_YEAR = 2100

/**
 * The date in front of a name, read as UTC: `20240131`, `2024-01-31T10-20-30`, `20240131102030`, or the seconds or
 * milliseconds since 1970.
 *
 * @returns ISO 8601, seconds; null where the name has none
 */
export function dateOfName(name: string): string | null {
  const epoch = /^(\d{10}|\d{13})(?!\d)/.exec(name)?.[1]
  if (epoch !== undefined) return iso(Number(epoch) * (epoch.length === 10 ? 1000 : 1))
  const found =
    /^(\d{4})[-_.]?(\d\d)[-_.]?(\d\d)(?:[-_.T ]?(\d\d)[-_.:]?(\d\d)[-_.:]?(\d\d)(?:[.-]?\d{3})?)?Z?(?!\d)/.exec(
      name,
    )
  if (found === null) return null
  const [, year, month, day, hour = '00', minute = '00', second = '00'] = found
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`
  const date = iso(Date.parse(text))
  // 2024-02-31 would become a day of March.
  return date === text ? date : null
}

function iso(milliseconds: number): string | null {
  const date = new Date(milliseconds)
  const year = Number.isNaN(date.getTime()) ? 0 : date.getUTCFullYear()
  return year < FIRST_YEAR || year > LAST_YEAR ? null : `${date.toISOString().slice(0, 19)}Z`
}
