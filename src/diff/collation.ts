/** Comparing collations: nothing of one can be altered. */
import type { Collation } from '../catalog/collation.ts'
import { difference, type KindDiffer, plainDiffer } from './differ.ts'

export const collationDiffer: KindDiffer<Collation> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('provider', before.provider, after.provider, { replaces: true }),
    ...difference('locale', before.locale, after.locale, { replaces: true }),
    ...difference('lc_collate', before.collate, after.collate, { replaces: true }),
    ...difference('lc_ctype', before.ctype, after.ctype, { replaces: true }),
    ...difference('deterministic', before.deterministic, after.deterministic, { replaces: true }),
    ...difference('rules', before.rules, after.rules, { replaces: true }),
  ],
  names: (collation) => [`collation ${JSON.stringify([collation.schema, collation.name])}`],
}
