/** Writing functions and procedures, their bodies to the letter. */
import type { Catalog } from '../catalog/catalog.ts'
import type { Routine } from '../catalog/routine.ts'
import { aspectsOf, type KindEmitter, raw, type Statement, sqlName } from './emitter.ts'

export const routineEmitter: KindEmitter<Routine> = {
  create: ({ object, sides }) => [create('create', object, sides.target)],
  drop: ({ object, sides }) => [raw(`drop ${target(object, sides.live)}`)],
  alter: (step) =>
    aspectsOf(step).has('definition') ? [create('create or replace', step.after, step.sides.target)] : [],
  commentTarget: target,
}

function create(verb: string, routine: Routine, catalog: Catalog): Statement {
  return raw(`${verb} ${routine.kind} ${sqlName(routine, catalog)}${routine.definition}`)
}

function target(routine: Routine, catalog: Catalog): string {
  return `${routine.kind} ${sqlName(routine, catalog)}(${routine.signature})`
}
