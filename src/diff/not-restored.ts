/** What the way back cannot bring back: the data that the way there destroys. */
import type { CatalogObject } from '../catalog/kinds.ts'
import type { Identity } from '../catalog/object.ts'
import type { Difference, Plan, Sides, Step } from './change.ts'
import { shortName } from './names.ts'
import { isCounted, ownerIn } from './sequence.ts'

/** A sentence for each object that `up` takes data from, to stand where `down` makes it again. */
export function notRestoredBy(up: Plan): ReadonlyMap<Identity, string> {
  const sentences = new Map<Identity, string>()
  for (const step of up.steps) {
    if (step.notes.loss === null) continue
    for (const object of objectsOf(step)) {
      const name = shortName(object.identity, step.sides.live)
      const sentence =
        step.action === 'alter'
          ? ofAlteration(object, name, step.differences)
          : ofDrop(object, name, step.sides)
      if (sentence !== null) sentences.set(object.identity, sentence)
    }
  }
  return sentences
}

/** Partitions are parts of their table's drop. */
function objectsOf(step: Step): CatalogObject[] {
  if (step.action === 'alter') return [step.before]
  return [step.object, ...step.parts.filter(({ kind }) => kind === 'table')]
}

function ofDrop(object: CatalogObject, name: string, { target }: Sides): string | null {
  switch (object.kind) {
    case 'table':
      return `Brings back table ${name} without its rows.`
    case 'column':
      // What was computed is computed again.
      return object.generated === null ? `Brings back column ${name} without its data.` : null
    case 'sequence': {
      const owner = ownerIn(object, target)
      return owner !== undefined && isCounted(owner)
        ? `Brings back sequence ${name}, which goes on behind the largest value of ${shortName(owner.identity, target)}.`
        : `Brings back sequence ${name}, which starts anew.`
    }
    case 'extension':
      return `Brings back extension ${name} without the data that it held.`
    default:
      // A type holds no data: its columns say what went with them.
      return null
  }
}

function ofAlteration(
  object: CatalogObject,
  name: string,
  differences: readonly Difference[],
): string | null {
  switch (object.kind) {
    case 'column':
      if (!differences.some(({ aspect }) => aspect === 'type'))
        return `Brings back the identity of ${name}, which goes on behind the rows that are there.`
      return `Brings back the type of ${name}, not what the conversion took from its values.`
    case 'composite type':
      return `Brings back the attributes of type ${name}, not what columns held there.`
    case 'domain':
    case 'range type':
      return `Brings back type ${name}, not what the conversion took from the values of its columns.`
    default:
      return null
  }
}
