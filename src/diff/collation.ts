/** Comparing collations: nothing of one can be altered, so another definition makes it anew like a type. */
import type { Collation } from '../catalog/collation.ts'
import { difference, type KindDiffer, plainDiffer } from './differ.ts'

export const collationDiffer: KindDiffer<Collation> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('provider', before.provider, after.provider, { remakes: true }),
    ...difference('locale', before.locale, after.locale, { remakes: true }),
    ...difference('lc_collate', before.collate, after.collate, { remakes: true }),
    ...difference('lc_ctype', before.ctype, after.ctype, { remakes: true }),
    ...difference('deterministic', before.deterministic, after.deterministic, { remakes: true }),
    ...difference('rules', before.rules, after.rules, { remakes: true }),
  ],
  rebuiltBy: () => false,
  remade: true,
  names: (collation) => [`collation ${JSON.stringify([collation.schema, collation.name])}`],
}
