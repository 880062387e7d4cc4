/** What is said where a role may not do what a run would do. */
import { quoteIdentifier } from '../database/quote.ts'
import { DbmigError } from '../errors.ts'
import { located } from '../graph/errors.ts'
import type { Revision } from '../graph/revision.ts'

export type Missing = { readonly revision: Revision } & (
  | { readonly kind: 'database'; readonly database: string }
  | { readonly kind: 'schema'; readonly schema: string; readonly what: string }
  | {
      readonly kind: 'owner'
      readonly name: string
      readonly owner: string
      /** So that whoever is made a member of it may do anything. */
      readonly ownerIsSuperuser: boolean
      readonly verb: 'alter' | 'drop' | 'index'
    }
)

const SHOWN = 5

export function notAllowed(role: string, missing: readonly Missing[]): DbmigError {
  const lines = missing.slice(0, SHOWN).map((each) => `Revision ${located(each.revision)} ${deedOf(each)}.`)
  if (missing.length > SHOWN) lines.push(`And ${missing.length - SHOWN} more.`)
  const grants = [...new Set(missing.map((each) => grantOf(each, quoteIdentifier(role))))]
  return new DbmigError(
    'RUNNER_NOT_ALLOWED',
    `The role ${role} may not do all that is to run, so nothing was run. Connect as another role, or let one that may run: ${grants.join(' ')}`,
    { detail: lines.join('\n') },
  )
}

function deedOf(missing: Missing): string {
  switch (missing.kind) {
    case 'database':
      return `makes a schema, and the role has no right to create in the database ${missing.database}`
    case 'schema':
      return `makes a ${missing.what}, and the role has no right to create in the schema ${missing.schema}`
    case 'owner': {
      const { verb, name, owner } = missing
      const deed =
        verb === 'index' ? `makes an index on ${name}` : `${verb === 'alter' ? 'alters' : 'drops'} ${name}`
      return `${deed}, which belongs to ${owner}`
    }
  }
}

function grantOf(missing: Missing, role: string): string {
  switch (missing.kind) {
    case 'database':
      return `grant create on database ${quoteIdentifier(missing.database)} to ${role};`
    case 'schema':
      return `grant create on schema ${quoteIdentifier(missing.schema)} to ${role};`
    case 'owner':
      return missing.ownerIsSuperuser
        ? `alter table ${missing.name} owner to ${role};`
        : `grant ${quoteIdentifier(missing.owner)} to ${role};`
  }
}
