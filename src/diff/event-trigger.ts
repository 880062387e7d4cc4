/** Comparing event triggers: nothing but whether they fire is altered in place. */
import type { EventTrigger } from '../catalog/event-trigger.ts'
import { difference, type KindDiffer, listed, plainDiffer } from './differ.ts'

export const eventTriggerDiffer: KindDiffer<EventTrigger> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('event', before.event, after.event, { replaces: true }),
    ...difference('tags', listed(before.tags), listed(after.tags), { replaces: true }),
    ...difference('function', calls(before), calls(after), { replaces: true }),
    ...difference('enabled', before.firing, after.firing),
  ],
  names: (trigger) => [`event trigger ${trigger.name}`],
  dropsEarly: true,
}

function calls(trigger: EventTrigger): string {
  return `${trigger.functionSchema}.${trigger.functionName}`
}
