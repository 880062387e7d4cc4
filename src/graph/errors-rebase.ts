/** Everything that can speak against putting a branch on another revision. */

import { DbmigError } from '../errors.ts'
import { describe, few, located } from './errors.ts'
import type { Revision } from './revision.ts'

const ids = (revisions: readonly Revision[]): string[] => revisions.map(({ revision }) => revision)
const listed = (revisions: readonly Revision[]): string => revisions.map(describe).join('\n')

/** @param heads of the branches that could be moved, at least two */
export function severalBranches(heads: readonly Revision[]): DbmigError {
  return new DbmigError(
    'GRAPH_REBASE_BRANCH',
    `Several branches could be moved; their heads are ${few(ids(heads))}. Name the one to move, such as "dbmig rebase ${heads[0]?.revision ?? ''}".`,
    { detail: listed(heads) },
  )
}

export function severalTargets(head: Revision, others: readonly Revision[]): DbmigError {
  return new DbmigError(
    'GRAPH_REBASE_ONTO',
    `The branch of ${located(head)} could be put on several heads: ${few(ids(others))}. Say which, such as "dbmig rebase ${head.revision} --onto ${others[0]?.revision ?? ''}".`,
    { detail: listed(others) },
  )
}

export function ontoItself(head: Revision): DbmigError {
  return new DbmigError(
    'GRAPH_REBASE_ITSELF',
    `${located(head)} is the head of the branch to move, and cannot be put on itself. Name a revision of another branch with --onto.`,
    { exitCode: 2 },
  )
}

/** @param others what it was to be put on, or could have been */
export function unrelated(head: Revision, others: readonly Revision[]): DbmigError {
  return new DbmigError(
    'GRAPH_REBASE_UNRELATED',
    `The branch of ${located(head)} has no revision in common with ${few(ids(others))}, so there is nothing to move it off. Join them with "dbmig merge ${ids([head, ...others].slice(0, 2)).join(' ')}", or name what a new revision needs with --depends-on.`,
  )
}

/**
 * @param applied what the database has applied of what would move, or on top of it
 * @param onto what it would be put on
 */
export function branchApplied(applied: readonly Revision[], head: Revision, onto: Revision): DbmigError {
  const are = applied.length === 1 ? 'is' : 'are'
  return new DbmigError(
    'GRAPH_REBASE_APPLIED',
    `The database has applied ${few(ids(applied))}, and what is applied must not be moved. Join the branches with "dbmig merge ${head.revision} ${onto.revision}" instead, or downgrade the database until ${applied.length === 1 ? 'it' : 'they'} ${are} not applied.`,
    { detail: listed(applied) },
  )
}

/** @param heads of all branches that could be moved but for that something of each is applied */
export function allApplied(heads: readonly Revision[]): DbmigError {
  const [first, ...more] = heads
  return new DbmigError(
    'GRAPH_REBASE_APPLIED',
    more.length === 0
      ? `The one branch that could be moved is that of ${first?.revision ?? ''}, and the database has applied something of it: what is applied must not be moved. Leave it where it is, or downgrade the database until nothing of it is applied.`
      : `The database has applied something of every branch (${few(ids(heads))}), and what is applied must not be moved. Join them with "dbmig merge ${more.length > 1 ? 'heads' : ids(heads).join(' ')}" instead.`,
    { detail: listed(heads) },
  )
}

/**
 * @param dependant what the new parent is, or stands on
 * @param needed a revision of the branch, that it depends on
 */
export function rebaseCycle(
  head: Revision,
  onto: Revision,
  dependant: Revision,
  needed: Revision,
): DbmigError {
  return new DbmigError(
    'GRAPH_REBASE_CYCLE',
    `The branch of ${head.revision} cannot be put on ${onto.revision}, as ${located(dependant)} depends on ${needed.revision}, which would then stand on it. Join them with "dbmig merge ${head.revision} ${onto.revision}" instead, or remove that entry of dependsOn.`,
  )
}
