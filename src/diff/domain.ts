/** Comparing domains: all is altered in place but the base type and its collation, for which the domain is made anew. */
import { type Catalog, dependentsIn } from '../catalog/catalog.ts'
import type { Domain } from '../catalog/domain.ts'
import type { AlterStep, Change, CreateStep, DropStep } from './change.ts'
import { isStored } from './composite-type.ts'
import { conversionOf, printedType } from './conversion.ts'
import { difference, goesAway, type KindDiffer, plainDiffer, typeDropped, typeName } from './differ.ts'
import { shortName } from './names.ts'
import { holdsType, remakesType } from './remake.ts'

/** The aspect of what the constraint is called that forbids null. */
export const NOT_NULL_NAME = 'name of not null'
/** The aspect of what is said of it. */
export const NOT_NULL_COMMENT = 'comment on not null'

export const domainDiffer: KindDiffer<Domain> = {
  ...plainDiffer,
  compare: (before, after, sides) => [
    ...difference('base type', before.baseType, after.baseType, { remakes: true }),
    ...difference('collation', before.collation, after.collation, { remakes: true }),
    ...difference('default', before.default, after.default),
    ...difference('not null', before.notNull, after.notNull, {
      remakes: after.notNull && isNested(before, sides.live),
    }),
    ...(before.notNull && after.notNull
      ? difference(NOT_NULL_NAME, notNullName(before), notNullName(after))
      : []),
    ...difference(
      NOT_NULL_COMMENT,
      before.notNullConstraint?.comment ?? null,
      after.notNullConstraint?.comment ?? null,
    ),
  ],
  names: (domain) => [typeName(domain)],
  rebuiltBy: (domain, cause, { live }) =>
    remakesType(cause) || (checksAll(domain, cause) && isNested(domain, live)),
  interim: (domain, cause) =>
    goesAway(cause) && cause.before.kind === 'function' && domain.default !== null
      ? { ...domain, default: null }
      : null,
  isFree: () => true,
  remade: true,
  loss: (step) => typeDropped(step) ?? noteOn('loss', step),
  risk: (step) => noteOn('risk', step),
}

/** What another base type does to the values of the domain's columns. */
function noteOn(
  note: 'loss' | 'risk',
  step: DropStep<Domain> | AlterStep<Domain> | CreateStep<Domain>,
): string | null {
  if (step.action !== 'alter' || !step.differences.some((d) => d.aspect === 'base type')) return null
  const { before, after, sides } = step
  if (!isStored(before.identity, sides.live)) return null
  const said = conversionOf(printedType(before.baseType), printedType(after.baseType), sides)[note]
  return said === null
    ? null
    : `domain ${shortName(after.identity, sides.target)} goes from ${before.baseType} to ${after.baseType}: ${said}`
}

function notNullName({ notNullConstraint }: Domain): string {
  return notNullConstraint === null || notNullConstraint.usual ? 'the usual' : notNullConstraint.name
}

/**
 * PostgreSQL adds no check (and no `not null`) to a domain whose values stand within arrays, composite values or ranges of
 * a table (manual, ALTER DOMAIN).
 */
function isNested(domain: Domain, live: Catalog): boolean {
  for (const identity of dependentsIn(live).get(domain.identity) ?? []) {
    const object = live.objects.get(identity)
    if (object?.kind === 'column' && holdsType(object, domain, live) && object.baseType.endsWith('[]'))
      return true
    if (object?.kind === 'domain' && isNested(object, live)) return true
    if ((object?.kind === 'composite type' || object?.kind === 'range type') && isStored(identity, live))
      return true
  }
  return false
}

/** Whether a check comes, or comes back, that all values of the domain must pass. */
function checksAll(domain: Domain, cause: Change): boolean {
  if (cause.action !== 'create' && cause.action !== 'replace') return false
  const { after } = cause
  return after.kind === 'domain constraint' && after.parent === domain.identity && after.validated
}
