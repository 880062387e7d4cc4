/** Writing triggers. */
import type { Catalog } from '../catalog/catalog.ts'
import type { Firing } from '../catalog/relation.ts'
import type { Trigger } from '../catalog/trigger.ts'
import type { AlterStep } from '../diff/change.ts'
import { ON_PARTITIONS } from '../diff/trigger.ts'
import { aspectsOf, type KindEmitter, raw, type Statement, tableSqlName } from './emitter.ts'
import { quoteIdentifier } from './sql.ts'

export const triggerEmitter: KindEmitter<Trigger> = {
  create: ({ object, sides }) => [
    create('create', object, sides.target),
    ...(object.firing === 'origin' ? [] : [setFiring(object, object.firing, object.name, sides.target)]),
  ],
  drop: ({ object, sides }) => [raw(`drop ${target(object, sides.live)}`)],
  alter: (step) => {
    const { after, sides } = step
    const aspects = aspectsOf(step)
    // A trigger that is replaced fires as a new one does.
    const replaced = aspects.has('definition')
    return [
      ...(replaced ? [create('create or replace', after, sides.target)] : []),
      ...(aspects.has('enabled') || (replaced && after.firing !== 'origin')
        ? [setFiring(after, after.firing, after.name, sides.target)]
        : []),
      ...(aspects.has(ON_PARTITIONS) ? onPartitions(step) : []),
    ]
  },
  commentTarget: target,
}

function create(verb: string, trigger: Trigger, catalog: Catalog): Statement {
  const definition = trigger.definition.replace(
    /^CREATE( CONSTRAINT)? TRIGGER/,
    (head) => `${verb}${head.slice('CREATE'.length).toLowerCase()}`,
  )
  const table = `${quoteIdentifier(trigger.schema)}.${quoteIdentifier(trigger.table)}`
  return raw(definition.replace(` ON ${table} `, () => ` ON ${tableSqlName(trigger, catalog)} `))
}

/** What `alter table` and `alter event trigger` say for each. */
export const FIRING_WORDS: Readonly<Record<Firing, string>> = {
  origin: 'enable',
  disabled: 'disable',
  replica: 'enable replica',
  always: 'enable always',
}

/** What is set on a partitioned table is set on its partitions too, so that those that differ come after. */
function onPartitions({ before, after, sides }: AlterStep<Trigger>): Statement[] {
  const differed = before !== after && before.partitions.length > 0
  return [
    ...(differed ? [setFiring(after, after.firing, after.name, sides.target)] : []),
    ...after.partitions.map((one) => setFiring(one, one.firing, after.name, sides.target)),
  ]
}

function setFiring(
  on: { readonly schema: string; readonly table: string },
  firing: Firing,
  trigger: string,
  catalog: Catalog,
): Statement {
  const words = `${FIRING_WORDS[firing]} trigger ${quoteIdentifier(trigger)}`
  return raw(`alter table ${tableSqlName(on, catalog)} ${words}`)
}

function target(trigger: Trigger, catalog: Catalog): string {
  return `trigger ${quoteIdentifier(trigger.name)} on ${tableSqlName(trigger, catalog)}`
}
