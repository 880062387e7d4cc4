/** Writing collations. */
import type { Collation } from '../catalog/collation.ts'
import { type KindEmitter, raw, sqlName } from './emitter.ts'
import { quoteLiteral } from './sql.ts'

export const collationEmitter: KindEmitter<Collation> = {
  create: ({ object, sides }) => [
    raw(`create collation ${sqlName(object, sides.target)} (${options(object).join(', ')})`),
  ],
  drop: ({ object, sides }) => [raw(`drop collation ${sqlName(object, sides.live)}`)],
  alter: () => [],
  commentTarget: (collation, catalog) => `collation ${sqlName(collation, catalog)}`,
}

function options(collation: Collation): string[] {
  const { provider, locale, collate, ctype, deterministic, rules } = collation
  const option = (name: string, value: string | null): string[] =>
    value === null ? [] : [`${name} = ${quoteLiteral(value)}`]
  return [
    `provider = ${provider}`,
    ...(collate === ctype ? option('locale', locale ?? collate) : []),
    ...(collate === ctype ? [] : [...option('lc_collate', collate), ...option('lc_ctype', ctype)]),
    ...(deterministic ? [] : ['deterministic = false']),
    ...option('rules', rules),
  ]
}
