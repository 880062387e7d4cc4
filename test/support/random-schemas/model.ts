/** Random pairs of schemas: each object is on one side, on both, or differs between them. */
import fc from 'fast-check'
import { anyText, distinctNames } from './names.ts'

/** What one place in a schema holds before and after. */
export interface Slot<T> {
  readonly before: T | null
  readonly after: T | null
}

function slot<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<Slot<T>> {
  return fc.oneof(
    { weight: 4, arbitrary: arbitrary.map((one) => ({ before: one, after: one })) },
    { weight: 4, arbitrary: fc.record({ before: arbitrary, after: arbitrary }) },
    { weight: 1, arbitrary: arbitrary.map((one) => ({ before: one, after: null })) },
    { weight: 1, arbitrary: arbitrary.map((one) => ({ before: null, after: one })) },
  )
}

function slots<T>(arbitrary: fc.Arbitrary<T>, most: number): fc.Arbitrary<readonly Slot<T>[]> {
  return fc.array(slot(arbitrary), { maxLength: most })
}

/** Points at one of what is there, whatever its number. */
const pick = fc.nat({ max: 30 })
const comment = fc.option(anyText, { freq: 3 })
const often = fc.boolean()
const seldom = fc.integer({ min: 0, max: 4 }).map((n) => n === 0)

const enumSpec = fc.record({
  labels: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', "d's", 'e\\f'), { minLength: 1 }),
  comment,
})

const domainSpec = fc.record({
  base: pick,
  notNull: seldom,
  check: often,
  withDefault: seldom,
  comment,
})

const compositeSpec = fc.record({ fields: fc.array(pick, { minLength: 1, maxLength: 3 }), comment })

const sequenceSpec = fc.record({
  type: fc.constantFrom('smallint', 'integer', 'bigint'),
  increment: fc.constantFrom(1, 2, -1),
  cycle: often,
  cache: fc.constantFrom(1, 5),
  comment,
})

/** `integer → integer`, so that expressions of every sort can call it. */
const functionSpec = fc.record({
  language: fc.constantFrom('sql', 'sql atomic', 'plpgsql'),
  added: fc.nat({ max: 2 }),
  argument: fc.constantFrom('n', 'm'),
  strict: often,
  cost: fc.constantFrom(null, 5),
  comment,
})

const columnSpec = fc.record({
  type: pick,
  notNull: often,
  default: fc.constantFrom('none', 'literal', 'function', 'sequence'),
  role: fc.constantFrom('plain', 'plain', 'plain', 'identity', 'generated'),
  collate: seldom,
  statistics: seldom,
  comment,
})

const indexSpec = fc.record({
  column: pick,
  other: pick,
  form: fc.constantFrom(
    'plain',
    'unique',
    'descending',
    'expression',
    'function',
    'partial',
    'include',
    'method',
  ),
  comment,
})

const tableSpec = fc.record({
  schema: pick,
  unlogged: seldom,
  fillfactor: fc.constantFrom(null, 70, 90),
  rowSecurity: seldom,
  primaryKey: fc.nat({ max: 2 }),
  comment,
})

const checkSpec = fc.record({
  column: pick,
  form: fc.constantFrom('not null', 'function', 'literal'),
  notValid: seldom,
  comment,
})

const foreignKeySpec = fc.record({
  to: pick,
  onDelete: fc.constantFrom('no action', 'cascade', 'set null'),
  deferrable: seldom,
  notValid: seldom,
})

const triggerSpec = fc.record({
  moment: fc.constantFrom('before', 'after'),
  column: pick,
  form: fc.constantFrom('plain', 'of column', 'when', 'constraint', 'statement'),
  enabled: fc.constantFrom('enable', 'disable', 'enable always'),
  comment,
})

const policySpec = fc.record({
  command: fc.constantFrom('all', 'select', 'update'),
  column: pick,
  calls: often,
  comment,
})

const statisticsSpec = fc.record({ first: pick, second: pick, comment })

const viewSpec = fc.record({
  schema: pick,
  from: pick,
  columns: fc.array(pick, { minLength: 1, maxLength: 3 }),
  form: fc.constantFrom('plain', 'filtered', 'calls', 'grouped', 'barrier'),
  materialized: seldom,
  indexed: often,
  comment,
})

const readerSpec = fc.record({ from: pick, form: fc.constantFrom('rows', 'count', 'atomic'), comment })

const partitionedSpec = fc.record({
  key: fc.constantFrom('list', 'range', 'hash'),
  primaryKey: often,
  indexed: often,
  comment,
})

const partSpec = fc.record({ comment, extraIndex: seldom })

/** What hangs on a table, so that it comes and goes with it. */
const tableParts = {
  columns: fc.array(slot(columnSpec), { minLength: 2, maxLength: 4 }),
  indexes: slots(indexSpec, 2),
  checks: slots(checkSpec, 2),
  foreignKeys: slots(foreignKeySpec, 1),
  triggers: slots(triggerSpec, 1),
  policies: slots(policySpec, 1),
  statistics: slots(statisticsSpec, 1),
}

const schemaParts = {
  schemas: slots(fc.record({ comment }), 1),
  enums: slots(enumSpec, 2),
  domains: slots(domainSpec, 2),
  composites: slots(compositeSpec, 1),
  sequences: slots(sequenceSpec, 1),
  functions: slots(functionSpec, 2),
  tables: fc.array(fc.record({ own: slot(tableSpec), ...tableParts }), { minLength: 1, maxLength: 3 }),
  partitioned: fc.array(fc.record({ own: slot(partitionedSpec), parts: slots(partSpec, 3) }), {
    maxLength: 1,
  }),
  views: slots(viewSpec, 3),
  readers: slots(readerSpec, 1),
}

/** Two schemas that share names, and the names. */
export const schemaPairs = fc.record({
  ...schemaParts,
  names: distinctNames(14),
  partNames: distinctNames(14),
})

export type SchemaPair = typeof schemaPairs extends fc.Arbitrary<infer T> ? T : never
export type Side = 'before' | 'after'
