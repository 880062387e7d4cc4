/** Writing domains. */
import { type Catalog, objectsOf } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { Domain } from '../catalog/domain.ts'
import type { DomainConstraint } from '../catalog/domain-constraint.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import type { AlterStep } from '../diff/change.ts'
import { conversionOf, printedType } from '../diff/conversion.ts'
import { NOT_NULL_COMMENT, NOT_NULL_NAME } from '../diff/domain.ts'
import { isText, withoutModifiers } from '../diff/value-type.ts'
import { convertedValue } from './conversion.ts'
import { domainConstraintEmitter } from './domain-constraint.ts'
import { aspectsOf, type KindEmitter, raw, type Statement, sqlName } from './emitter.ts'
import { converted, isFarewell, isRemake, type RemakeStep, remake, type TypeWriter } from './remake.ts'
import { quoteIdentifier, quoteLiteral } from './sql.ts'

export const domainEmitter: KindEmitter<Domain> = {
  create: ({ object, parts, sides }) => [
    create(object, parts, sides.target),
    ...notNullComment(object, sides.target),
  ],
  drop: ({ object, sides }) => [raw(`drop domain ${sqlName(object, sides.live)}`)],
  alter: (step) => {
    if (isRemake(step)) return [...remake(step, writer), ...(isFarewell(step) ? [] : checkComments(step))]
    const { before, after, sides } = step
    const aspects = aspectsOf(step)
    const alter = (what: string): Statement => raw(`alter domain ${sqlName(after, sides.target)} ${what}`)
    return [
      ...(aspects.has('default')
        ? [alter(after.default === null ? 'drop default' : `set default ${after.default}`)]
        : []),
      ...(aspects.has('not null') ? [alter(after.notNull ? addNotNull(after) : 'drop not null')] : []),
      ...(aspects.has(NOT_NULL_NAME) ? [alter(renameNotNull(before, after))] : []),
      ...(aspects.has(NOT_NULL_COMMENT) ? notNullComment(after, sides.target, before) : []),
    ]
  },
  commentTarget: (domain, catalog) => `domain ${sqlName(domain, catalog)}`,
}

const writer: TypeWriter<Domain> = {
  rename: (domain, old, { sides }) => [
    raw(`alter domain ${sqlName(domain, sides.live)} rename to ${quoteIdentifier(old)}`),
  ],
  create: (domain, catalog) => [
    create(domain, checksOf(domain, catalog), catalog),
    ...notNullComment(domain, catalog),
  ],
  drop: (domain, name, catalog) => [raw(`drop domain ${sqlName({ ...domain, name }, catalog)}`)],
  convert,
}

/** To the base type alone: assigned to the domain, what does not fit is refused, not cut. */
function convert(value: string, column: Column, step: RemakeStep<Domain>): string {
  const { before, after, sides } = step
  if (before.baseType === after.baseType) return converted(value, column, step)
  const brackets = column.baseType.endsWith('[]') ? '[]' : ''
  const [from, to] = [`${before.baseType}${brackets}`, `${after.baseType}${brackets}`]
  const conversion = conversionOf(printedType(from), printedType(to), sides)
  const own = convertedValue(conversion, {
    value,
    from,
    to,
    nullable: !column.notNull,
    ofUsers: false,
  })
  const cast = isText(withoutModifiers(after.baseType)) ? `text${brackets}` : conversion.cast
  return own ?? `${value}::${cast}`
}

/** `constraint n ` before what forbids null, where PostgreSQL would not choose the name by itself or something is said of it. */
function namedNotNull({ notNullConstraint: constraint }: Domain): string {
  if (constraint === null || (constraint.usual && constraint.comment === null)) return ''
  return `constraint ${quoteIdentifier(constraint.name)} `
}

function addNotNull(domain: Domain): string {
  const name = namedNotNull(domain)
  return name === '' ? 'set not null' : `add ${name}not null`
}

function renameNotNull(before: Domain, after: Domain): string {
  const [from, to] = [before, after].map((domain) => quoteIdentifier(domain.notNullConstraint?.name ?? ''))
  return `rename constraint ${from} to ${to}`
}

/** What is said of the constraint that forbids null. */
function notNullComment(domain: Domain, catalog: Catalog, before?: Domain): Statement[] {
  const { notNullConstraint: constraint } = domain
  const had = before?.notNullConstraint?.comment ?? null
  if (constraint === null || constraint.comment === had) return []
  // One of the usual name bears the one that PostgreSQL chose.
  const now = constraint.usual && before?.notNullConstraint?.usual ? before.notNullConstraint : constraint
  const text = constraint.comment === null ? 'null' : quoteLiteral(constraint.comment)
  return [
    raw(
      `comment on constraint ${quoteIdentifier(now.name)} on domain ${sqlName(domain, catalog)} is ${text}`,
    ),
  ]
}

/** The checks that `create domain` takes: those that hold for all values. */
function checksOf(domain: Domain, catalog: Catalog): DomainConstraint[] {
  return objectsOf(catalog, 'domain constraint').filter(
    (check) => check.parent === domain.identity && check.validated,
  )
}

function checkComments({ after, sides }: AlterStep<Domain>): Statement[] {
  return checksOf(after, sides.target).flatMap((check) => {
    const target = domainConstraintEmitter.commentTarget(check, sides.target)
    return check.comment === null ? [] : [raw(`comment on ${target} is ${quoteLiteral(check.comment)}`)]
  })
}

function create(domain: Domain, parts: readonly CatalogObject[], catalog: Catalog): Statement {
  const clauses = [
    ...(domain.collation === null ? [] : [`collate ${domain.collation}`]),
    ...(domain.default === null ? [] : [`default ${domain.default}`]),
    ...(domain.notNull ? [`${namedNotNull(domain)}not null`] : []),
    ...parts
      .filter((part): part is DomainConstraint => part.kind === 'domain constraint')
      .map((part) => `constraint ${quoteIdentifier(part.name)} ${part.definition}`),
  ]
  const head = `create domain ${sqlName(domain, catalog)} as ${domain.baseType}`
  const line = [head, ...clauses].join(' ')
  return raw(line.length <= 90 ? line : [head, ...clauses].join('\n  '))
}
