/** Comparing the checks of domains: another definition makes another check, validation does not. */
import type { DomainConstraint } from '../catalog/domain-constraint.ts'
import { isStored } from './composite-type.ts'
import { difference, goesAway, type KindDiffer, plainDiffer } from './differ.ts'
import { shortName } from './names.ts'
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
  risk: (step) => {
    if (step.action === 'drop') return null
    const { live, target } = step.sides
    const constraint = step.action === 'create' ? step.object : step.after
    const before = live.objects.get(constraint.identity)
    const isHeld = before?.kind === 'domain constraint' && before.definition === constraint.definition
    if (!constraint.validated || isHeld || !isStored(constraint.parent, live)) return null
    return `check ${constraint.name} comes to domain ${shortName(constraint.parent, target)}: that fails while a column holds a value that does not meet it`
  },
}
