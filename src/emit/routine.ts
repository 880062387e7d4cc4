/** Writing functions and procedures, their bodies to the letter. */
import type { Catalog } from '../catalog/catalog.ts'
import type { Routine } from '../catalog/routine.ts'
import { aspectsOf, type KindEmitter, raw, type Statement } from './emitter.ts'
import { qualifiedName, quoteIdentifier } from './sql.ts'

export const routineEmitter: KindEmitter<Routine> = {
  create: ({ object, sides }) => [create('create', object, sides.target)],
  drop: ({ object, sides }) => [raw(`drop ${target(object, sides.live)}`)],
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
