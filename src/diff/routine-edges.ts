/** The order of routines among each other, and of those that give rows of a table and what is done to its columns. */
import type { Identity } from '../catalog/object.ts'
import type { Sides } from './change.ts'
import { type Draft, keyOf } from './draft.ts'
import { printsAs } from './remake.ts'

interface RoutineEdges {
  readonly needs: readonly string[]
  readonly wishes: readonly string[]
}

const NONE: RoutineEdges = { needs: [], wishes: [] }

/**
 * What goes first where a routine is made, or made again in place: those of its name that go, between which and itself a
 * call may not choose; and, of a table whose rows a function in SQL gives, what is done to the columns, since PostgreSQL
 * looks whether the body gives them all.
 */
export function routineEdges(drafts: readonly Draft[], { target }: Sides): (draft: Draft) => RoutineEdges {
  const dropped = new Map<string, string[]>()
  const columns = new Map<Identity, { drops: string[]; others: string[] }>()
  for (const draft of drafts) {
    if (draft.action === 'drop' && isRoutine(draft.object)) {
      const name = nameOf(draft.object)
      dropped.set(name, [...(dropped.get(name) ?? []), keyOf(draft)])
    }
    if (draft.followUp !== null) continue
    for (const object of [draft.object, ...draft.parts]) {
      if (object.kind !== 'column' || draft.object.identity === object.parent) continue
      const known = columns.get(object.parent) ?? { drops: [], others: [] }
      columns.set(object.parent, known)
      if (draft.action === 'drop') known.drops.push(keyOf(draft))
      else known.others.push(keyOf(draft))
    }
  }
  return ({ action, object, followUp }) => {
    if (!isRoutine(object) || followUp !== null || (action !== 'create' && action !== 'alter')) return NONE
    const wishes = action === 'create' ? (dropped.get(nameOf(object)) ?? []) : []
    if (object.kind !== 'function' || object.language !== 'sql' || object.returns === null)
      return { needs: [], wishes }
    const type = object.returns.replace(/^SETOF /, '')
    const ofRows = [...(target.dependencies.get(object.identity) ?? [])].flatMap((needed) => {
      const table = target.objects.get(needed)
      return table?.kind === 'table' && printsAs(type, table, target) ? (columns.get(needed) ?? []) : []
    })
    return {
      needs: ofRows.flatMap(({ drops }) => drops),
      wishes: [...wishes, ...ofRows.flatMap(({ others }) => others)],
    }
  }
}

type Routine = Extract<Draft['object'], { kind: 'function' | 'procedure' }>

function isRoutine(object: Draft['object']): object is Routine {
  return object.kind === 'function' || object.kind === 'procedure'
}

function nameOf({ schema, name }: Routine): string {
  return JSON.stringify([schema, name])
}
