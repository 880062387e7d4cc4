/** Comparing triggers: all but constraint triggers have `create or replace`. */
import { identityOf } from '../catalog/object.ts'
import type { Trigger } from '../catalog/trigger.ts'
import { convertsColumn, difference, goesAway, type KindDiffer, plainDiffer } from './differ.ts'
import { remakesType } from './remake.ts'

/** The aspect of partitions on which it fires otherwise. */
export const ON_PARTITIONS = 'enabled on partitions'

export const triggerDiffer: KindDiffer<Trigger> = {
  ...plainDiffer,
  separable: true,
  compare: (before, after) => [
    ...difference('definition', before.definition, after.definition, {
      replaces:
        before.constraint || after.constraint || before.partitions.length + after.partitions.length > 0,
    }),
    ...difference('enabled', before.firing, after.firing),
    ...difference(ON_PARTITIONS, onPartitions(before), onPartitions(after)),
  ],
  names: (trigger) =>
    trigger.constraint ? [`constraint ${JSON.stringify([trigger.schema, trigger.table, trigger.name])}`] : [],
  rebuiltBy: (_trigger, cause) => goesAway(cause) || convertsColumn(cause) || remakesType(cause),
  dropsEarly: true,
  afterCreation: (trigger) => {
    const [change] = difference(ON_PARTITIONS, null, onPartitions(trigger))
    const needs = trigger.partitions.map(({ schema, table }) => identityOf('table', schema, table))
    return change === undefined ? [] : [{ difference: change, needs }]
  },
}

/** With what holds for the rest, since setting that sets all partitions. */
function onPartitions(trigger: Trigger): string | null {
  if (trigger.partitions.length === 0) return null
  const states = trigger.partitions.map(({ schema, table, firing }) => `${schema}.${table} ${firing}`)
  return `${states.join(', ')}, else ${trigger.firing}`
}
