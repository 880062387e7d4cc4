/** Dates as people type them and as revision files hold them. */

/** What a date covers, in milliseconds: a day, a minute, or a second. */
export interface Moment {
  readonly start: number
  /** The first millisecond after it. */
  readonly end: number
}

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/
const TIME = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)? ?(Z|[+-]\d\d(?::?\d\d)?)?$/i

/**
 * Reads an ISO date or date-time: `2026-11-22`, `2026-11-22T12:31`, `2026-11-22 12:31:25+01:00`. Without an offset it is in the time
 * zone of the process.
 *
 * @returns null where the text is none, or no day of the calendar
 */
export function parseMoment(text: string): Moment | null {
  const day = DAY.exec(text.trim())?.slice(1).map(Number)
  if (day) {
    const [year = 0, month = 0, date = 0] = day
    if (!isDay(year, month, date)) return null
    return {
      start: new Date(year, month - 1, date).getTime(),
      // Not 24 hours later: a day on which the clocks change has 23 or 25.
      end: new Date(year, month - 1, date + 1).getTime(),
    }
  }
  const time = TIME.exec(text.trim())
  if (!time) return null
  const [year = 0, month = 0, date = 0, hour = 0, minute = 0, second = 0] = time
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  if (!isDay(year, month, date) || hour > 23 || minute > 59 || second > 59) return null
  const offset = offsetOf(time[7])
  const start =
    offset === null
      ? new Date(year, month - 1, date, hour, minute, second).getTime()
      : Date.UTC(year, month - 1, date, hour, minute, second) - offset
  return { start, end: start + (time[6] === undefined ? 60_000 : 1000) }
}

function isDay(year: number, month: number, date: number): boolean {
  return month >= 1 && month <= 12 && date >= 1 && date <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/** In milliseconds; null where the text has none. */
function offsetOf(text: string | undefined): number | null {
  if (text === undefined) return null
  const [, sign, hours = 0, minutes = 0] = /^([+-])(\d\d):?(\d\d)?$/.exec(text) ?? []
  const amount = (Number(hours) * 60 + Number(minutes)) * 60_000
  return sign === '-' ? -amount : amount
}
