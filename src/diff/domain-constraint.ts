/** Comparing the checks of domains: another definition makes another check, validation does not. */
import type { DomainConstraint } from '../catalog/domain-constraint.ts'
import { difference, goesAway, type KindDiffer, plainDiffer } from './differ.ts'
import { remakesType } from './remake.ts'

export const domainConstraintDiffer: KindDiffer<DomainConstraint> = {
  ...plainDiffer,
  separable: true,
  compare: (before, after) => {
    const validates = !before.validated && after.validated
    const from = validates ? before.definition.replace(/ NOT VALID$/, '') : before.definition
    return [
      ...difference('definition', from, after.definition, { replaces: true }),
      ...(validates ? difference('validated', false, true) : []),
    ]
  },
  names: (constraint) => [
    `constraint of domain ${JSON.stringify([constraint.schema, constraint.domain, constraint.name])}`,
  ],
  rebuiltBy: (_constraint, cause) => goesAway(cause) || remakesType(cause),
  // `create domain` has no `not valid`.
  createdWith: (constraint) => (constraint.validated ? [constraint.parent] : []),
  dropsEarly: true,
}
