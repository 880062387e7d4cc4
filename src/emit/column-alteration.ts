/** Writing what changes about a column. */
import { type Catalog, findObject } from '../catalog/catalog.ts'
import type { Column, IdentityColumn } from '../catalog/column.ts'
import type { AlterStep, Sides } from '../diff/change.ts'
import { FOREIGN_OPTIONS } from '../diff/column.ts'
import { conversionOf } from '../diff/conversion.ts'
import { handedDown, isSaidAbove, lastingOrigins, reachesAll } from '../diff/descent.ts'
import { isHeldAbove, notNullDifferences } from '../diff/not-null.ts'
import { identityOptions } from './column-definition.ts'
import { convertedValue } from './conversion.ts'
import {
  alterTable,
  aspectsOf,
  builder,
  isBuilderName,
  raw,
  type Statement,
  tableSqlName,
} from './emitter.ts'
import { optionMoves } from './foreign-options.ts'
import { addNotNull, isPlainNotNull, notNullMoves } from './not-null.ts'
import { allSequenceOptions, continueAfterRows, keepPosition } from './sequence.ts'
import { quoteString, sqlTemplate } from './source.ts'
import { parameterMoves, qualifiedName, quoteIdentifier } from './sql.ts'
import { columnType, defaultValue } from './types.ts'

/** The statements of a column's alteration, in an order that PostgreSQL takes. */
export function alterColumn(whole: AlterStep<Column>): Statement[] {
  const step = withoutInherited(whole)
  const { before, after, sides } = step
  const catalog = sides.target
  const aspects = aspectsOf(step)
  const name = quoteIdentifier(after.name)
  const alter = (what: string): Statement =>
    raw(`alter table ${tableSqlName(after, catalog)} alter column ${name} ${what}`)
  const alterOnly = (what: string): Statement =>
    raw(`alter table only ${tableSqlName(after, catalog)} alter column ${name} ${what}`)
  const alterSome = (aspect: string): ((what: string) => Statement) =>
    isAlone(aspect, step) ? alterOnly : alter
  const { first, last } = identityStatements(step, aspects, alter)
  const changes = builderAlterations(step, aspects, followsConversion(whole))
  const inBuilder = isBuilderName(after.schema, after.table, catalog)
  const altered: Statement[] = changes.map(({ call: one, sql, only }) =>
    only
      ? alterOnly(sql)
      : inBuilder
        ? builder(alterTable(after, catalog), `.alterColumn(${quoteString(after.name)}, (c) => c${one})`)
        : alter(sql),
  )
  altered.push(...heldBelow(step))
  altered.push(...notNullMoves(before, after, aspects, sides))
  const extras: Statement[] = []
  const freed =
    aspects.has('generated') && before.generated !== null && after.generated === null
      ? [alter('drop expression')]
      : []
  if (aspects.has('generated') && after.generated !== null)
    extras.push(alterSome('generated')(`set expression as (${after.generated.expression})`))
  if (aspects.has('storage'))
    extras.push(alterSome('storage')(`set storage ${after.storage ?? after.usualStorage}`))
  if (aspects.has('compression')) extras.push(alter(`set compression ${after.compression ?? 'default'}`))
  if (aspects.has('statistics'))
    extras.push(alterSome('statistics')(`set statistics ${after.statistics ?? -1}`))
  if (aspects.has('options')) extras.push(...parameterMoves(before.options, after.options).map(alter))
  if (aspects.has(FOREIGN_OPTIONS)) extras.push(foreignOptions(before, after, catalog))
  return [...freed, ...first, ...altered, ...last, ...extras]
}

function foreignOptions(before: Column, after: Column, catalog: Catalog): Statement {
  const moves = optionMoves(before.foreignOptions ?? [], after.foreignOptions ?? [])
  const column = `alter column ${quoteIdentifier(after.name)}`
  return raw(`alter foreign table ${tableSqlName(after, catalog)} ${column}${moves}`)
}

/** What no table can say otherwise than its parents. */
const OF_THE_PARENT: ReadonlySet<string> = new Set(['type', 'collation', 'identity'])

/** What `alter table` says to the children too, and they may say otherwise. */
const HANDED_DOWN: Readonly<Record<string, (column: Column) => unknown>> = {
  default: (column) => column.default,
  'not null': (column) => column.notNull,
  storage: (column) => column.storage,
  statistics: (column) => column.statistics,
  generated: (column) => column.generated?.expression,
}

/** Without what changes by itself when the parent's column does. */
function withoutInherited(step: AlterStep<Column>): AlterStep<Column> {
  const { before, after, sides } = step
  if (lastingOrigins(after, sides).length === 0) return step
  // PostgreSQL leaves the constraint that a table has of its own, from version 18 on.
  const frees = !after.notNull && before.notNullConstraint?.local === true
  return {
    ...step,
    differences: step.differences.filter(({ aspect }) => {
      const has = HANDED_DOWN[aspect]
      if (aspect === 'not null') return frees || !isHeldAbove(after, sides)
      return has === undefined ? !OF_THE_PARENT.has(aspect) : !isSaidAbove(after, has, sides)
    }),
  }
}

/** Whether to say an aspect of the column's table alone, since some of its children keep to something else. */
function isAlone(aspect: string, { after, sides }: AlterStep<Column>): boolean {
  const has = HANDED_DOWN[aspect]
  return has !== undefined && !reachesAll(after, has, sides)
}

interface Alteration {
  /** Of the table without its children. */
  readonly only?: boolean
  readonly call: string
  readonly sql: string
}

/** In an order that PostgreSQL takes: a default that cannot follow its column's type goes first and comes back last. */
function builderAlterations(
  step: AlterStep<Column>,
  aspects: ReadonlySet<string>,
  lostDefault: boolean,
): Alteration[] {
  const { before, after, sides } = step
  const converts = aspects.has('type') || aspects.has('collation')
  const recast = converts && before.baseType !== after.baseType
  const dropsDefault = recast
    ? hasDefault(before, sides)
    : aspects.has('default') && before.default !== null && after.default === null
  const setsDefault = after.default !== null && (aspects.has('default') || dropsDefault || lostDefault)
  const changes: Alteration[] = []
  const only = isAlone('default', step)
  // Those of the children cannot follow their columns' type either: each sets its own again.
  if (dropsDefault) changes.push({ call: '.dropDefault()', sql: 'drop default', only: only && !recast })
  if (converts) changes.push(conversion(before, after, sides))
  if (setsDefault && after.default !== null) {
    changes.push({
      call: `.setDefault(${defaultValue(after.default, after.baseType)})`,
      sql: `set default ${after.default}`,
      only,
    })
  }
  if (aspects.has('not null') && (!after.notNull || (!before.notNull && isPlainNotNull(after)))) {
    changes.push(
      after.notNull
        ? { call: '.setNotNull()', sql: 'set not null' }
        : {
            call: '.dropNotNull()',
            sql: 'drop not null',
            only: isAlone('not null', step) && !isPartitioned(after, sides),
          },
    )
  }
  return changes
}

/** Whether a column or one that it is handed down to has a default. */
function hasDefault(column: Column, sides: Sides): boolean {
  if (column.default !== null) return true
  return handedDown(column, sides.live, sides).some((own) => own.kind === 'column' && hasDefault(own, sides))
}

/** Whether a column has lost its default to the conversion of its parent's, where nothing said of that gives it back. */
function followsConversion({ before, after, sides }: AlterStep<Column>): boolean {
  if (before.baseType === after.baseType || lastingOrigins(after, sides).length === 0) return false
  return after.default !== null && !isGivenAbove(after, sides)
}

function isGivenAbove(column: Column, sides: Sides): boolean {
  return lastingOrigins(column, sides).some(
    (origin) =>
      origin.kind === 'column' &&
      (reachesAll(origin, (one) => one.default, sides) || isGivenAbove(origin, sides)),
  )
}

/** Partitions that go on forbidding nulls when the partitioned table, with all of them, does not. */
function heldBelow(step: AlterStep<Column>): Statement[] {
  const { after, sides } = step
  if (after.notNull || !aspectsOf(step).has('not null') || !isPartitioned(after, sides)) return []
  const held = (column: Column): Statement[] =>
    handedDown(column, sides.target, sides).flatMap((own) => {
      const before = sides.live.objects.get(own.identity)
      if (own.kind !== 'column' || before?.kind !== 'column') return []
      const said = notNullDifferences(before, own).length > 0 || before.notNullConstraint?.local === true
      const again = own.notNull && !said ? [holdAgain(own, sides.target)] : []
      return [...again, ...held(own)]
    })
  return held(after)
}

function holdAgain(column: Column, catalog: Catalog): Statement {
  if (column.notNullConstraint !== null) return addNotNull(column, column.notNullConstraint, catalog)
  const name = quoteIdentifier(column.name)
  return raw(`alter table ${tableSqlName(column, catalog)} alter column ${name} set not null`)
}

function isPartitioned({ parent }: Column, { target }: Sides): boolean {
  return (findObject(target, 'table', parent)?.partitionKey ?? null) !== null
}

function conversion(before: Column, after: Column, sides: Sides): Alteration {
  const collation = after.collation === null ? '' : ` collate ${after.collation}`
  const using = usingClause(before, after, sides)
  const plain =
    collation === '' && using === ''
      ? columnType(after.type)
      : sqlTemplate(`${after.type}${collation}${using}`)
  return { call: `.setDataType(${plain})`, sql: `type ${after.type}${collation}${using}` }
}

/** The `using` of a conversion. */
function usingClause(before: Column, after: Column, sides: Sides): string {
  // A foreign table's values are another server's: there is nothing to convert.
  if (after.foreignOptions !== null) return ''
  const using = convertedValue(conversionOf(before, after, sides), {
    value: quoteIdentifier(before.name),
    from: before.baseType,
    to: after.baseType,
    nullable: !before.notNull,
    ofUsers: isUsersType(after, sides.live),
  })
  return using === null ? '' : ` using ${using}`
}

/** Whether a type is the project's own, whose values may be of its former self: that is made anew in the same plan. */
function isUsersType(column: Column, catalog: Catalog): boolean {
  return [...(catalog.dependencies.get(column.identity) ?? [])].some((needed) =>
    /^(?:enum|domain|composite type|range type):/.test(needed),
  )
}

/** What the builder cannot say about identity: some of it before the other alterations, some after. */
function identityStatements(
  { before, after, sides }: AlterStep<Column>,
  aspects: ReadonlySet<string>,
  alter: (what: string) => Statement,
): { readonly first: Statement[]; readonly last: Statement[] } {
  if (!aspects.has('identity')) return { first: [], last: [] }
  const [from, to] = [before.identityColumn, after.identityColumn]
  if (to === null) return { first: [alter('drop identity')], last: [] }
  if (from === null) {
    const options = identityOptions(after, sides.target)
    return {
      first: [],
      last: [
        alter(
          `add generated ${to.generation} as identity${options.length > 0 ? ` (${options.join(' ')})` : ''}`,
        ),
        ...continueAfterRows(
          qualifiedName(to.sequenceSchema, to.sequenceName, sides.target),
          to,
          after,
          sides.target,
        ),
      ],
    }
  }
  const statements = moveIdentity(from, to, alter, sides.target)
  // A narrower type must not find bounds that it cannot hold, a wider one has to be there before its bounds are.
  return narrowsInteger(before.type, after.type)
    ? { first: statements, last: [] }
    : { first: [], last: statements }
}

const INTEGERS = ['smallint', 'integer', 'bigint']

function narrowsInteger(from: string, to: string): boolean {
  return INTEGERS.indexOf(to) < INTEGERS.indexOf(from)
}

function moveIdentity(
  from: IdentityColumn,
  to: IdentityColumn,
  alter: (what: string) => Statement,
  catalog: Catalog,
): Statement[] {
  const words: string[] = []
  if (from.generation !== to.generation) words.push(`set generated ${to.generation}`)
  const [old, wanted] = [allSequenceOptions(from), allSequenceOptions(to)]
  wanted.forEach((option, i) => {
    if (option !== old[i]) words.push(`set ${option}`)
  })
  const sequence = qualifiedName(from.sequenceSchema, from.sequenceName, catalog)
  const renamed =
    from.sequenceName === to.sequenceName
      ? []
      : [raw(`alter sequence ${sequence} rename to ${quoteIdentifier(to.sequenceName)}`)]
  const { first, restart } = keepPosition(sequence, from, to)
  return [...first, ...(words.length === 0 ? [] : [alter([...words, ...restart].join(' '))]), ...renamed]
}
