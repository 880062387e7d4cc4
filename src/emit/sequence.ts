/** Writing sequences. */

import { accessIn } from '../catalog/access.ts'
import { type Catalog, findObject } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { Sequence } from '../catalog/sequence.ts'
import type { AlterStep } from '../diff/change.ts'
import { isReplaced } from '../diff/descent.ts'
import { isCounted } from '../diff/sequence.ts'
import { aspectsOf, type KindEmitter, raw, type Statement, sqlName, tableSqlName } from './emitter.ts'
import { ownerSql, quoteIdentifier, quoteLiteral } from './sql.ts'

export const sequenceEmitter: KindEmitter<Sequence> = {
  create: ({ object, sides }) => {
    const unlogged = object.unlogged ? 'unlogged ' : ''
    return [
      raw([`create ${unlogged}sequence ${sqlName(object, sides.target)}`, ...options(object)].join(' ')),
    ]
  },
  drop: ({ object, sides }) => [raw(`drop sequence ${sqlName(object, sides.live)}`)],
  alter: (step) => {
    const { after, sides } = step
    const aspects = aspectsOf(step)
    const name = sqlName(after, sides.target)
    const statements: Statement[] = []
    const changed = ['type', 'start', 'increment', 'minimum', 'maximum', 'cache', 'cycle'].some((aspect) =>
      aspects.has(aspect),
    )
    if (changed) {
      const { first, restart } = keepPosition(name, step.before, after)
      statements.push(
        ...first,
        raw(`alter sequence ${name} ${[...changedOptions(step.before, after), ...restart].join(' ')}`),
      )
    }
    if (aspects.has('unlogged'))
      statements.push(raw(`alter sequence ${name} set ${after.unlogged ? 'unlogged' : 'logged'}`))
    if (aspects.has('owned by')) {
      statements.push(
        ...asOwnerOfTable(step, name),
        raw(`alter sequence ${name} owned by ${owner(after, sides.target)}`),
      )
      // A sequence that was made in this plan knows nothing of the rows that its column has already.
      const column = after.ownedBy === null ? undefined : findObject(sides.live, 'column', after.ownedBy)
      if (step.before === after && column !== undefined)
        statements.push(...continueAfterRows(name, after, column, sides.target))
    }
    return statements
  },
  commentTarget: (sequence, catalog) => `sequence ${sqlName(sequence, catalog)}`,
}

/** A column's sequence must belong to the owner of the table (manual, ALTER SEQUENCE), as that is by now. */
function asOwnerOfTable({ before, after, sides }: AlterStep<Sequence>, name: string): Statement[] {
  const { live, target } = sides
  const column = after.ownedBy === null ? undefined : findObject(target, 'column', after.ownedBy)
  if (column === undefined) return []
  const table = isReplaced(column.parent, sides) ? undefined : live.objects.get(column.parent)
  const wanted = table === undefined ? null : accessIn(live, table).owner
  const isNew = before === after
  const own = isNew ? null : accessIn(live, before).owner
  if (own === wanted) return []
  return [
    ...(!isNew && before.ownedBy !== null ? [raw(`alter sequence ${name} owned by none`)] : []),
    raw(`alter sequence ${name} owner to ${ownerSql(wanted)}`),
  ]
}

/**
 * A sequence's position stays where it is, unless the new bounds exclude it: one below a new minimum moves up, before the
 * minimum does; where the ranges have nothing in common it starts anew.
 *
 * @returns a statement that goes first, and words for the alteration itself
 */
export function keepPosition(
  name: string,
  from: SequenceOptions,
  to: SequenceOptions,
): { readonly first: Statement[]; readonly restart: string[] } {
  const apart = BigInt(to.min) > BigInt(from.max) || BigInt(to.max) < BigInt(from.min)
  if (apart) return { first: [], restart: [`restart with ${to.start}`] }
  if (BigInt(to.min) <= BigInt(from.min)) return { first: [], restart: [] }
  return {
    first: [
      raw(`select setval(${quoteLiteral(name)}, ${to.min}, false) from ${name} where last_value < ${to.min}`),
    ],
    restart: [],
  }
}

/** A statement that sets a new sequence behind the values that a column of whole numbers holds. */
export function continueAfterRows(
  name: string,
  options: SequenceOptions,
  column: Column,
  catalog: Catalog,
): Statement[] {
  if (!isCounted(column)) return []
  const own = quoteIdentifier(column.name)
  const [last, reached] = options.increment.startsWith('-')
    ? [`min(${own})`, `<= ${options.max}`]
    : [`max(${own})`, `>= ${options.min}`]
  const table = tableSqlName(column, catalog)
  return [raw(`select setval(${quoteLiteral(name)}, ${last}) from ${table} having ${last} ${reached}`)]
}

function owner(sequence: Sequence, catalog: Catalog): string {
  const column = sequence.ownedBy === null ? undefined : findObject(catalog, 'column', sequence.ownedBy)
  return column === undefined ? 'none' : `${tableSqlName(column, catalog)}.${quoteIdentifier(column.name)}`
}

const RANGES: Readonly<Record<string, readonly [string, string]>> = {
  smallint: ['-32768', '32767'],
  integer: ['-2147483648', '2147483647'],
  bigint: ['-9223372036854775808', '9223372036854775807'],
}

interface SequenceOptions {
  readonly start: string
  readonly increment: string
  readonly min: string
  readonly max: string
  readonly cache: string
  readonly cycle: boolean
}

/** What differs from PostgreSQL's defaults (manual, CREATE SEQUENCE), as the options of `create sequence`. */
export function sequenceOptions(sequence: SequenceOptions, dataType: string): string[] {
  const descending = sequence.increment.startsWith('-')
  const [lowest, highest] = RANGES[dataType] ?? ['', '']
  const [min, max] = descending ? [lowest, '-1'] : ['1', highest]
  const start = descending ? sequence.max : sequence.min
  return [
    ...(sequence.increment === '1' ? [] : [`increment by ${sequence.increment}`]),
    ...(sequence.min === min ? [] : [`minvalue ${sequence.min}`]),
    ...(sequence.max === max ? [] : [`maxvalue ${sequence.max}`]),
    ...(sequence.start === start ? [] : [`start with ${sequence.start}`]),
    ...(sequence.cache === '1' ? [] : [`cache ${sequence.cache}`]),
    ...(sequence.cycle ? ['cycle'] : []),
  ]
}

/** Every option in full, as an alteration needs them: PostgreSQL keeps what is not named. */
export function allSequenceOptions(sequence: SequenceOptions): string[] {
  return [
    `increment by ${sequence.increment}`,
    `minvalue ${sequence.min}`,
    `maxvalue ${sequence.max}`,
    `start with ${sequence.start}`,
    `cache ${sequence.cache}`,
    sequence.cycle ? 'cycle' : 'no cycle',
  ]
}

function options(sequence: Sequence): string[] {
  return [
    ...(sequence.dataType === 'bigint' ? [] : [`as ${sequence.dataType}`]),
    ...sequenceOptions(sequence, sequence.dataType),
  ]
}

/** The options that differ; with another type, which brings bounds of its own, all of them. */
function changedOptions(before: Sequence, after: Sequence): string[] {
  if (before.dataType !== after.dataType) return [`as ${after.dataType}`, ...allSequenceOptions(after)]
  const old = allSequenceOptions(before)
  return allSequenceOptions(after).filter((option, i) => option !== old[i])
}
