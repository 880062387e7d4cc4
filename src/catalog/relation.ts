/** Relations that others are a part of, and when those fire. */
import { type Identity, identityOf } from './object.ts'

const KINDS: Readonly<Record<string, string>> = {
  r: 'table',
  p: 'table',
  v: 'view',
  m: 'materialized view',
  f: 'foreign table',
}

/** The identity of a relation by its `pg_class.relkind`. */
export function relationIdentity(relkind: string, schema: string, name: string): Identity {
  return identityOf(KINDS[relkind] ?? 'table', schema, name)
}

/** When a trigger or rule fires, by `session_replication_role`: `origin` is what it is created as. */
export type Firing = 'origin' | 'disabled' | 'replica' | 'always'

/** The letters of `tgenabled`, `ev_enabled`, `evtenabled`. */
export const FIRING: Readonly<Record<string, Firing>> = {
  O: 'origin',
  D: 'disabled',
  R: 'replica',
  A: 'always',
}
