/** Writing the checks of domains. */
import type { Catalog } from '../catalog/catalog.ts'
import type { DomainConstraint } from '../catalog/domain-constraint.ts'
import { aspectsOf, type KindEmitter, raw } from './emitter.ts'
import { qualifiedName, quoteIdentifier } from './sql.ts'

export const domainConstraintEmitter: KindEmitter<DomainConstraint> = {
  create: ({ object, sides }) => [
    raw(
      `alter domain ${domainName(object, sides.target)} add constraint ${quoteIdentifier(object.name)} ${object.definition}`,
    ),
  ],
  drop: ({ object, sides }) => [
    raw(`alter domain ${domainName(object, sides.live)} drop constraint ${quoteIdentifier(object.name)}`),
  ],
  alter: (step) =>
    aspectsOf(step).has('validated')
      ? [
          raw(
            `alter domain ${domainName(step.after, step.sides.target)} validate constraint ${quoteIdentifier(step.after.name)}`,
          ),
        ]
      : [],
  commentTarget: (constraint, catalog) =>
    `constraint ${quoteIdentifier(constraint.name)} on domain ${domainName(constraint, catalog)}`,
}

function domainName(constraint: DomainConstraint, catalog: Catalog): string {
  return qualifiedName(constraint.schema, constraint.domain, catalog)
}
