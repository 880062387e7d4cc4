/** Writing what changes about a column. */
import type { Catalog } from '../catalog/catalog.ts'
import type { Column, IdentityColumn } from '../catalog/column.ts'
import { originOf } from '../catalog/inheritance.ts'
import type { AlterStep, Sides } from '../diff/change.ts'
import { FOREIGN_OPTIONS } from '../diff/column.ts'
import { conversionOf } from '../diff/conversion.ts'
import { identityOptions } from './column-definition.ts'
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
import { isPlainNotNull, notNullMoves } from './not-null.ts'
import { allSequenceOptions, continueAfterRows, keepPosition } from './sequence.ts'
import { quoteString, sqlTemplate } from './source.ts'
import { qualifiedName, quoteIdentifier } from './sql.ts'
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
  const { first, last } = identityStatements(step, aspects, alter)
  const changes = builderAlterations(step, aspects, sides)
  const inBuilder = isBuilderName(after.schema, after.table, catalog)
  const altered: Statement[] = changes.map(({ call: one, sql }) =>
    inBuilder
      ? builder(alterTable(after, catalog), `.alterColumn(${quoteString(after.name)}, (c) => c${one})`)
      : alter(sql),
  )
  altered.push(...notNullMoves(before, after, aspects, catalog))
  const extras: Statement[] = []
  const freed =
    aspects.has('generated') && before.generated !== null && after.generated === null
      ? [alter('drop expression')]
      : []
  if (aspects.has('generated') && after.generated !== null)
    extras.push(alter(`set expression as (${after.generated.expression})`))
  if (aspects.has('storage')) extras.push(alter(`set storage ${after.storage ?? after.usualStorage}`))
  if (aspects.has('compression')) extras.push(alter(`set compression ${after.compression ?? 'default'}`))
  if (aspects.has('statistics')) extras.push(alter(`set statistics ${after.statistics ?? -1}`))
  if (aspects.has('options')) extras.push(...optionStatements(before, after, alter))
  if (aspects.has(FOREIGN_OPTIONS)) extras.push(foreignOptions(before, after, catalog))
  return [...freed, ...first, ...altered, ...last, ...extras]
}

function foreignOptions(before: Column, after: Column, catalog: Catalog): Statement {
  const moves = optionMoves(before.foreignOptions ?? [], after.foreignOptions ?? [])
  const column = `alter column ${quoteIdentifier(after.name)}`
  return raw(`alter foreign table ${tableSqlName(after, catalog)} ${column}${moves}`)
}

const OF_THE_PARENT: ReadonlySet<string> = new Set(['type', 'collation', 'generated', 'identity'])

/** Without what changes by itself when the parent's column does: an alteration reaches the children too. */
function withoutInherited(step: AlterStep<Column>): AlterStep<Column> {
  const { before, after, sides } = step
  if (!before.inherited || !after.inherited) return step
  const [from, to] = [originOf(before, sides.live.objects), originOf(after, sides.target.objects)]
  const sameAsParent = new Set<string>(OF_THE_PARENT)
  if (from?.default === before.default && to?.default === after.default) sameAsParent.add('default')
  if (from?.notNull === before.notNull && to?.notNull === after.notNull) sameAsParent.add('not null')
  return { ...step, differences: step.differences.filter(({ aspect }) => !sameAsParent.has(aspect)) }
}

function optionStatements(before: Column, after: Column, alter: (what: string) => Statement): Statement[] {
  const names = (options: readonly string[]): string[] =>
    options.map((option) => option.slice(0, option.indexOf('=')))
  const gone = names(before.options).filter((option) => !names(after.options).includes(option))
  return [
    ...(gone.length > 0 ? [alter(`reset (${gone.join(', ')})`)] : []),
    ...(after.options.length > 0 ? [alter(`set (${after.options.join(', ')})`)] : []),
  ]
}

interface Alteration {
  readonly call: string
  readonly sql: string
}

/** In an order that PostgreSQL takes: a default that cannot follow its column's type goes first and comes back last. */
function builderAlterations(
  step: AlterStep<Column>,
  aspects: ReadonlySet<string>,
  sides: Sides,
): Alteration[] {
  const { before, after } = step
  const converts = aspects.has('type') || aspects.has('collation')
  const recast = converts && before.baseType !== after.baseType
  const dropsDefault =
    before.default !== null && (aspects.has('default') ? after.default === null || recast : recast)
  const setsDefault = after.default !== null && (aspects.has('default') || dropsDefault)
  const changes: Alteration[] = []
  if (dropsDefault) changes.push({ call: '.dropDefault()', sql: 'drop default' })
  if (converts) changes.push(conversion(before, after, sides.live))
  if (setsDefault && after.default !== null) {
    changes.push({
      call: `.setDefault(${defaultValue(after.default, after.baseType)})`,
      sql: `set default ${after.default}`,
    })
  }
  if (aspects.has('not null') && (!after.notNull || (!before.notNull && isPlainNotNull(after)))) {
    changes.push(
      after.notNull
        ? { call: '.setNotNull()', sql: 'set not null' }
        : { call: '.dropNotNull()', sql: 'drop not null' },
    )
  }
  return changes
}

function conversion(before: Column, after: Column, catalog: Catalog): Alteration {
  const collation = after.collation === null ? '' : ` collate ${after.collation}`
  const using = usingClause(before, after, catalog)
  const plain =
    collation === '' && using === ''
      ? columnType(after.type)
      : sqlTemplate(`${after.type}${collation}${using}`)
  return { call: `.setDataType(${plain})`, sql: `type ${after.type}${collation}${using}` }
}

/** The `using` of a conversion. Casts leave out length and precision, so that a value that does not fit is refused, not cut. */
function usingClause(before: Column, after: Column, catalog: Catalog): string {
  // A foreign table's values are another server's: there is nothing to convert.
  if (after.foreignOptions !== null) return ''
  const name = quoteIdentifier(before.name)
  switch (conversionOf(before, after, catalog).way) {
    case 'assignment':
      return ''
    case 'cast':
      return ` using ${name}::${after.baseType}`
    case 'cast through text':
      return ` using ${name}::${after.baseType.endsWith('[]') && before.baseType.endsWith('[]') ? 'text[]' : 'text'}::${after.baseType}`
    case 'into array':
      return ` using array[${name}]`
    case 'first element':
      return ` using ${name}[1]`
  }
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
