/** Writing functions and procedures, their bodies to the letter. */
import { type Catalog, findObject } from '../catalog/catalog.ts'
import type { RangeType } from '../catalog/range-type.ts'
import type { Routine } from '../catalog/routine.ts'
import type { Sides } from '../diff/change.ts'
import { rangesAround } from '../diff/range-type.ts'
import { nameOfOld } from '../diff/remake.ts'
import { aspectsOf, type KindEmitter, raw, type Statement } from './emitter.ts'
import { qualifiedName, quoteIdentifier } from './sql.ts'

export const routineEmitter: KindEmitter<Routine> = {
  create: ({ object, sides }) => [create('create', object, sides.target)],
  drop: ({ object, sides }) => {
    if (rangesAround(object.identity, sides).length === 0) return [raw(`drop ${target(object, sides.live)}`)]
    return [raw(`alter ${target(object, sides.live)} rename to ${quoteIdentifier(nameOfOld(object, sides))}`)]
  },
  alter: (step) =>
    aspectsOf(step).has('definition') ? [create('create or replace', step.after, step.sides.target)] : [],
  commentTarget: target,
}

function create(verb: string, routine: Routine, catalog: Catalog): Statement {
  return raw(`${verb} ${routine.kind} ${routineName(routine, catalog)}${routine.definition}`)
}

/** A routine's name in SQL: with its schema also where PostgreSQL's own would be found first. */
export function routineName(
  routine: { readonly schema: string; readonly name: string; readonly visible: boolean },
  catalog: Catalog,
): string {
  if (routine.visible) return qualifiedName(routine.schema, routine.name, catalog)
  return `${quoteIdentifier(routine.schema)}.${quoteIdentifier(routine.name)}`
}

function target(routine: Routine, catalog: Catalog): string {
  return `${routine.kind} ${routineName(routine, catalog)}(${routine.signature})`
}

/** Drops the functions that stepped aside for those which a range type is made anew with, after its old self is gone. */
export function dropOldFunctions(type: RangeType, sides: Sides): Statement[] {
  return [...(sides.live.dependencies.get(type.identity) ?? [])].flatMap((identity) => {
    const routine = findObject(sides.live, 'function', identity)
    const ranges = rangesAround(identity, sides)
    if (routine === undefined || ranges.at(-1)?.identity !== type.identity) return []
    return [raw(`drop ${target({ ...routine, name: nameOfOld(routine, sides) }, sides.live)}`)]
  })
}
