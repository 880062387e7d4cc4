/** The squashes that a database is inside of, as text. */
import type { Listing } from '../../index.ts'

/** A line each: what is applied of it, and what to do. */
export function insideLines(inside: Listing['inside']): string[] {
  return inside.map(({ revision, applied, missing }) => {
    const part = applied.length === 0 ? 'none to its end' : applied.join(', ')
    return `Only a part of what was squashed into ${revision} is applied: ${part}, without ${missing.join(', ')} (check out the commit before the squash, and run dbmig upgrade ${revision} there)`
  })
}
