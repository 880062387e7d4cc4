/** Writing policies of row level security. */
import type { Catalog } from '../catalog/catalog.ts'
import type { Policy } from '../catalog/policy.ts'
import { aspectsOf, type KindEmitter, raw, tableSqlName } from './emitter.ts'
import { quoteIdentifier } from './sql.ts'

export const policyEmitter: KindEmitter<Policy> = {
  create: ({ object, sides }) => [
    statement([
      `create ${target(object, sides.target)}`,
      ...(object.permissive ? [] : ['as restrictive']),
      ...(object.command === 'all' ? [] : [`for ${object.command}`]),
      ...(object.roles.length === 0 ? [] : [`to ${roles(object)}`]),
      ...conditions(object.using, object.check),
    ]),
  ],
  drop: ({ object, sides }) => [raw(`drop ${target(object, sides.live)}`)],
  alter: (step) => {
    const { after, sides } = step
    const aspects = aspectsOf(step)
    const changes = [
      ...(aspects.has('roles') ? [`to ${roles(after)}`] : []),
      ...conditions(aspects.has('using') ? after.using : null, aspects.has('check') ? after.check : null),
    ]
    return changes.length === 0 ? [] : [statement([`alter ${target(after, sides.target)}`, ...changes])]
  },
  commentTarget: target,
}

/** On one line where nothing in it stands on several. */
function statement(clauses: readonly string[]) {
  return raw(clauses.join(clauses.some((clause) => clause.includes('\n')) ? '\n' : ' '))
}

function conditions(using: string | null, check: string | null): string[] {
  return [
    ...(using === null ? [] : [`using (${using})`]),
    ...(check === null ? [] : [`with check (${check})`]),
  ]
}

function roles(policy: Policy): string {
  return policy.roles.length === 0 ? 'public' : policy.roles.map(quoteIdentifier).join(', ')
}

function target(policy: Policy, catalog: Catalog): string {
  return `policy ${quoteIdentifier(policy.name)} on ${tableSqlName(policy, catalog)}`
}
