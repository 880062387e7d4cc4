/** Writing triggers. */
import type { Catalog } from '../catalog/catalog.ts'
import type { Firing } from '../catalog/relation.ts'
import type { Trigger } from '../catalog/trigger.ts'
import { aspectsOf, type KindEmitter, raw, type Statement, tableSqlName } from './emitter.ts'
import { quoteIdentifier } from './sql.ts'

export const triggerEmitter: KindEmitter<Trigger> = {
  create: ({ object, sides }) => [
    create('create', object, sides.target),
    ...(object.firing === 'origin' ? [] : [setFiring(object, sides.target)]),
  ],
  drop: ({ object, sides }) => [raw(`drop ${target(object, sides.live)}`)],
  alter: (step) => {
    const { before, after, sides } = step
    const replaced = aspectsOf(step).has('definition')
    // A trigger that is replaced fires as a new one does.
    const firing = replaced ? 'origin' : before.firing
    return [
      ...(replaced ? [create('create or replace', after, sides.target)] : []),
      ...(firing === after.firing ? [] : [setFiring(after, sides.target)]),
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

function setFiring(trigger: Trigger, catalog: Catalog): Statement {
  const words = `${FIRING_WORDS[trigger.firing]} trigger ${quoteIdentifier(trigger.name)}`
  return raw(`alter table ${tableSqlName(trigger, catalog)} ${words}`)
}

function target(trigger: Trigger, catalog: Catalog): string {
  return `trigger ${quoteIdentifier(trigger.name)} on ${tableSqlName(trigger, catalog)}`
}
