/** Dates in the time zone of the reader. A date that cannot be read is shown as it is. */

/** `2026-11-22 12:31` */
export function localTime(date: string): string {
  const at = new Date(date)
  return Number.isNaN(at.getTime()) ? date : `${dayOf(at)} ${two(at.getHours())}:${two(at.getMinutes())}`
}

/** `2026-11-22 12:31:25 +01:00`, which means the same to every reader. */
export function exactTime(date: string): string {
  const at = new Date(date)
  if (Number.isNaN(at.getTime())) return date
  const offset = -at.getTimezoneOffset()
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`
  return `${localTime(date)}:${two(at.getSeconds())} ${zone}`
}

// By hand: toLocaleString takes half a second for 10,000 dates.
function dayOf(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

function two(part: number): string {
  return String(part).padStart(2, '0')
}
