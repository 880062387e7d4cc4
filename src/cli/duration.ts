/** Durations as flags say them. */
import { InvalidArgumentError } from 'commander'

const milliseconds: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/**
 * Reads `500ms`, `60s`, `10m`, `1.5h`: PostgreSQL's units, and `m` for minutes. A number alone is in seconds.
 *
 * @returns milliseconds
 * @throws InvalidArgumentError, which commander turns into a message that names the flag
 */
export function parseDuration(text: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([a-z]*)$/.exec(text.trim()) ?? []
  const factor = milliseconds[unit === '' ? 's' : unit]
  if (amount === '' || factor === undefined)
    throw new InvalidArgumentError("Write a duration such as '60s', '10m' or '500ms'.")
  return Math.round(Number(amount) * factor)
}
