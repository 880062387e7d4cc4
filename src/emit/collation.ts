/** Writing collations. */
import type { Collation } from '../catalog/collation.ts'
import { type KindEmitter, raw, sqlName } from './emitter.ts'
import { isRemake, remake, type TypeWriter } from './remake.ts'
import { quoteIdentifier, quoteLiteral } from './sql.ts'

export const collationEmitter: KindEmitter<Collation> = {
  create: ({ object, sides }) => writer.create(object, sides.target),
  drop: ({ object, sides }) => writer.drop(object, object.name, sides.live),
  alter: (step) => (isRemake(step) ? remake(step, writer) : []),
  commentTarget: (collation, catalog) => `collation ${sqlName(collation, catalog)}`,
}

const writer: TypeWriter<Collation> = {
  rename: (collation, old, { sides }) => [
    raw(`alter collation ${sqlName(collation, sides.live)} rename to ${quoteIdentifier(old)}`),
  ],
  create: (collation, catalog) => [
    raw(`create collation ${sqlName(collation, catalog)} (${options(collation).join(', ')})`),
  ],
  drop: (collation, name, catalog) => [raw(`drop collation ${sqlName({ ...collation, name }, catalog)}`)],
  convert: () => null,
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
