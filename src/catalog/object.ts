/** What every object of a catalog has in common, and how it is identified. */

/** `table:public.users`, `column:public.users.email`: the kind, a colon, and the name as PostgreSQL would quote it. */
export type Identity = string

export interface ObjectBase {
  readonly kind: string
  readonly identity: Identity
  /** The PostgreSQL schema that it lives in; null for a schema itself and what lives outside of all (an extension). */
  readonly schema: string | null
  readonly name: string
  /** The object that it is a part of and goes away with: a column's table, an index's table or materialized view. */
  readonly parent: Identity | null
  readonly comment: string | null
  /** The extensions with which it is dropped (`depends on extension`), by name; not there where it has none. */
  readonly goesWithExtensions?: readonly string[]
}

const PLAIN_IDENTIFIER = /^[a-z_][a-z0-9_$]*$/

/** A name as it stands in an identity: quoted only when it must be, so that identities read like SQL. */
export function quotePart(name: string): string {
  return PLAIN_IDENTIFIER.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}

/** The identity of an object: its kind and the parts of its name, outermost first; null parts are left out. */
export function identityOf(kind: string, ...parts: readonly (string | null)[]): Identity {
  let identity = kind
  let separator = ':'
  for (const part of parts) {
    if (part === null) continue
    identity += separator + quotePart(part)
    separator = '.'
  }
  return separator === ':' ? `${kind}:` : identity
}

/** The name part of an identity: `public.users` of `table:public.users`. */
export function nameOfIdentity(identity: Identity): string {
  return identity.slice(identity.indexOf(':') + 1)
}
