/** Writing domains. */
import type { Catalog } from '../catalog/catalog.ts'
import type { Domain } from '../catalog/domain.ts'
import type { DomainConstraint } from '../catalog/domain-constraint.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import { aspectsOf, type KindEmitter, raw, type Statement, sqlName } from './emitter.ts'
import { hasType, isRemake, remake, type TypeWriter, throughText } from './remake.ts'
import { quoteIdentifier } from './sql.ts'

export const domainEmitter: KindEmitter<Domain> = {
  create: ({ object, parts, sides }) => [create(object, parts, sides.target)],
  drop: ({ object, sides }) => [raw(`drop domain ${sqlName(object, sides.live)}`)],
  alter: (step) => {
    if (isRemake(step)) return remake(step, writer)
    const { after, sides } = step
    const aspects = aspectsOf(step)
    const alter = (what: string): Statement => raw(`alter domain ${sqlName(after, sides.target)} ${what}`)
    return [
      ...(aspects.has('default')
        ? [alter(after.default === null ? 'drop default' : `set default ${after.default}`)]
        : []),
      ...(aspects.has('not null') ? [alter(after.notNull ? 'set not null' : 'drop not null')] : []),
    ]
  },
  commentTarget: (domain, catalog) => `domain ${sqlName(domain, catalog)}`,
}

const writer: TypeWriter<Domain> = {
  rename: (domain, old, catalog) => [
    raw(`alter domain ${sqlName(domain, catalog)} rename to ${quoteIdentifier(old)}`),
  ],
  create: (domain, catalog) => [create(domain, [], catalog)],
  drop: (domain, name, catalog) => [raw(`drop domain ${sqlName({ ...domain, name }, catalog)}`)],
  isOf: (column, domain, catalog) => hasType(column, sqlName(domain, catalog)),
  convert: throughText,
}

function create(domain: Domain, parts: readonly CatalogObject[], catalog: Catalog): Statement {
  const clauses = [
    ...(domain.collation === null ? [] : [`collate ${domain.collation}`]),
    ...(domain.default === null ? [] : [`default ${domain.default}`]),
    ...(domain.notNull ? ['not null'] : []),
    ...parts
      .filter((part): part is DomainConstraint => part.kind === 'domain constraint')
      .map((part) => `constraint ${quoteIdentifier(part.name)} ${part.definition}`),
  ]
  const head = `create domain ${sqlName(domain, catalog)} as ${domain.baseType}`
  const line = [head, ...clauses].join(' ')
  return raw(line.length <= 90 ? line : [head, ...clauses].join('\n  '))
}
