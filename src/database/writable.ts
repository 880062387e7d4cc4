/** Refusing to write where the server would refuse it later, half-way. */
import { readOnlyDatabase } from './errors.ts'
import type { Session } from './session.ts'

/** @throws DATABASE_STANDBY, DATABASE_READ_ONLY */
export function requireWritable({ address, readOnly }: Session): void {
  if (readOnly !== null) throw readOnlyDatabase(address, readOnly)
}
