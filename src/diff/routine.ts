/** Comparing functions and procedures: `create or replace` where PostgreSQL allows it, else dropped and made again. */
import { type Catalog, findObject } from '../catalog/catalog.ts'
import type { Identity } from '../catalog/object.ts'
import type { Routine } from '../catalog/routine.ts'
import { convertsColumn, difference, goesAway, type KindDiffer, plainDiffer } from './differ.ts'
import { mentionedNames } from './mentions.ts'
import { remakesType } from './remake.ts'

export const routineDiffer: KindDiffer<Routine> = {
  ...plainDiffer,
  compare: (before, after) =>
    difference('definition', before.definition, after.definition, {
      replaces: !isReplaceable(before, after),
    }),
  names: (routine) => [routineName(routine)],
  // A body that is a string lets go of everything; one that is parsed, and the types of the arguments, do not.
  rebuiltBy: (_routine, cause) => goesAway(cause) || convertsColumn(cause) || remakesType(cause),
  // `create or replace` leaves the signature that others call as it is.
  isFree: () => true,
  dropsEarly: true,
  droppedWith: (routine, { live }) => typesThatNeed(routine, live),
  mentions: ({ body, language }) => {
    if (body === null || !CHECKED.has(language)) return new Map()
    const checked = mentionedNames(language === 'sql' ? body : declarations(body))
    return new Map([...mentionedNames(body)].map((name) => [name, checked.has(name)]))
  },
}

/** The types that cannot be without the function, nor it without them: PostgreSQL drops both at once. */
function typesThatNeed(routine: Routine, live: Catalog): Identity[] {
  const needed = [...(live.dependencies.get(routine.identity) ?? [])]
  return needed.flatMap((identity) => findObject(live, 'shell type', identity)?.parent ?? [])
}

/** The languages whose bodies PostgreSQL reads when it makes a function. */
const CHECKED: ReadonlySet<string> = new Set(['sql', 'plpgsql'])

/** Of PL/pgSQL, only the declared types must exist when the function is made. */
function declarations(body: string): string {
  return [...body.matchAll(/\bdeclare\b([\s\S]*?)\bbegin\b/gi)].map((found) => found[1]).join('\n')
}

/** What functions, procedures and aggregates are called, which they share. */
export function routineName(routine: {
  readonly schema: string
  readonly name: string
  readonly argumentTypes: string
}): string {
  return `routine ${JSON.stringify([routine.schema, routine.name, routine.argumentTypes])}`
}

/** `create or replace` keeps what it returns, the names of its arguments, and their defaults (manual, CREATE FUNCTION). */
function isReplaceable(before: Routine, after: Routine): boolean {
  return (
    before.window === after.window &&
    before.returns === after.returns &&
    before.outputs.join() === after.outputs.join() &&
    before.inputNames.every((name, i) => name === '' || name === after.inputNames[i]) &&
    before.defaults <= after.defaults
  )
}
