/** Writing event triggers. */
import type { Catalog } from '../catalog/catalog.ts'
import type { EventTrigger } from '../catalog/event-trigger.ts'
import { aspectsOf, type KindEmitter, raw, type Statement } from './emitter.ts'
import { qualifiedName, quoteIdentifier, quoteLiteral } from './sql.ts'
import { FIRING_WORDS } from './trigger.ts'

export const eventTriggerEmitter: KindEmitter<EventTrigger> = {
  create: ({ object, sides }) => [
    create(object, sides.target),
    ...(object.firing === 'origin' ? [] : [setFiring(object)]),
  ],
  drop: ({ object }) => [raw(`drop ${target(object)}`)],
  alter: (step) => (aspectsOf(step).has('enabled') ? [setFiring(step.after)] : []),
  commentTarget: target,
}

function create(trigger: EventTrigger, catalog: Catalog): Statement {
  const tags = trigger.tags.length === 0 ? '' : ` when tag in (${trigger.tags.map(quoteLiteral).join(', ')})`
  const calls = qualifiedName(trigger.functionSchema, trigger.functionName, catalog)
  return raw(`create ${target(trigger)} on ${trigger.event}${tags} execute function ${calls}()`)
}

function setFiring(trigger: EventTrigger): Statement {
  return raw(`alter ${target(trigger)} ${FIRING_WORDS[trigger.firing]}`)
}

function target(trigger: EventTrigger): string {
  return `event trigger ${quoteIdentifier(trigger.name)}`
}
