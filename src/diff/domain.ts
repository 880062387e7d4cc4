/** Comparing domains: all is altered in place but the base type and its collation, for which the domain is made anew. */
import type { Domain } from '../catalog/domain.ts'
import { difference, goesAway, type KindDiffer, plainDiffer, typeName } from './differ.ts'
import { remakesType } from './remake.ts'

export const domainDiffer: KindDiffer<Domain> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('base type', before.baseType, after.baseType, { remakes: true }),
    ...difference('collation', before.collation, after.collation, { remakes: true }),
    ...difference('default', before.default, after.default),
    ...difference('not null', before.notNull, after.notNull),
  ],
  names: (domain) => [typeName(domain)],
  rebuiltBy: (_domain, cause) => remakesType(cause),
  interim: (domain, cause) =>
    goesAway(cause) && cause.before.kind === 'function' && domain.default !== null
      ? { ...domain, default: null }
      : null,
  remade: true,
  loss: (step) =>
    step.action === 'alter' && step.differences.some((d) => d.aspect === 'base type')
      ? `domain ${step.after.name} goes from ${step.before.baseType} to ${step.after.baseType}: values that do not fit fail or are cut`
      : null,
}
