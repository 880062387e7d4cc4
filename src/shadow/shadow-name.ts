/** The names of shadow databases, which say when each was made. */
import { randomBytes } from 'node:crypto'

/** Matches every name that `shadowName` gives, for PostgreSQL's `~`. */
export const shadowPattern = '^dbmig_shadow_[0-9a-z]+_[0-9a-f]{8}$'

/** @param now seconds since 1970, by the server's clock: what drops it later may run on another machine */
export function shadowName(now: number): string {
  return `dbmig_shadow_${Math.floor(now).toString(36)}_${randomBytes(4).toString('hex')}`
}

/** When a shadow was made, in seconds since 1970; null for a name that is no shadow's. */
export function shadowTime(name: string): number | null {
  const time = /^dbmig_shadow_([0-9a-z]+)_[0-9a-f]{8}$/.exec(name)?.[1]
  return time === undefined ? null : Number.parseInt(time, 36)
}
