/** New ids for revisions. */
import { randomBytes } from 'node:crypto'

/** Twelve hexadecimal digits at random, as Alembic's: 16 million revisions before two of them meet with a chance of a half. */
export function newRevisionId(): string {
  return randomBytes(6).toString('hex')
}
