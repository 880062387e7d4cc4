/** Renames → steps in an order that runs: what gives up a name goes before what takes it, and a circle by way of a spare name. */
import type { Catalog } from '../../catalog/catalog.ts'
import { type CatalogObject, kindOrder } from '../../catalog/kinds.ts'
import type { RenameStep, Sides } from '../change.ts'
import { differOf } from '../kinds.ts'
import { mentionedNames } from '../mentions.ts'
import { freeName } from '../remake.ts'
import { projectionOf } from './projection.ts'
import { isSameName, type Named, objectNamed, partsOf, type Rename, relationOf } from './rename.ts'

/** The steps that carry out renames of the live side: schemas first, then what lies in them, then the parts of that. */
export function renameSteps(renames: readonly Rename[], sides: Sides): RenameStep[] {
  const todo = renames.filter((rename) => !isSameName(rename))
  const { placeOf } = projectionOf(todo, sides.live)
  const level = ({ from }: Rename): number =>
    from.kind === 'schema' ? 0 : from.kind !== from.object.kind || relationOf(from.object) !== null ? 2 : 1
  const rank = new Map<string, number>(kindOrder.map((kind, i) => [kind, i]))
  const moves = [...todo]
    .sort((a, b) => (rank.get(a.from.object.kind) ?? 0) - (rank.get(b.from.object.kind) ?? 0))
    .map((rename) => moveOf(rename, placeOf))
  return [0, 1, 2].flatMap((each) =>
    inOrder(
      moves.filter(({ rename }) => level(rename) === each),
      sides,
    ),
  )
}

/** The same steps backwards: what leads from the new names to the old ones. */
export function reversedSteps(steps: readonly RenameStep[], target: Catalog): RenameStep[] {
  return steps
    .map((step) => {
      const { object, what, from, to } = step
      const then =
        what === 'schema'
          ? objectNamed(object, { schema: to })
          : what === 'name'
            ? objectNamed(object, { name: to })
            : object
      return { ...step, object: then, from: to, to: from, namedIn: bodiesThatName(to, then, target) }
    })
    .reverse()
}

/** A rename under way. */
interface Move {
  readonly rename: Rename
  /** As it is called now. */
  object: CatalogObject
  name: string
  readonly schema: string | null
  readonly wanted: string
}

function moveOf(
  { from, to }: Rename,
  placeOf: (object: CatalogObject) => { readonly schema: string | null; readonly relation: string | null },
): Move {
  const rename = { from, to }
  const isPart = from.kind !== from.object.kind
  if (from.kind === 'schema' || from.object.schema === null)
    return { rename, object: from.object, name: from.name, schema: null, wanted: to.name }
  // A part's type or view has its new name already.
  if (isPart) return { rename, object: to.object, name: from.name, schema: to.object.schema, wanted: to.name }
  const { schema, relation } = placeOf(from.object)
  const object = objectNamed(from.object, {
    ...(schema === null ? {} : { schema }),
    ...(relation === null ? {} : { relation }),
  })
  return { rename, object, name: from.name, schema: to.object.schema, wanted: to.name }
}

function inOrder(moves: readonly Move[], sides: Sides): RenameStep[] {
  const steps: RenameStep[] = []
  const left = new Set(moves)
  while (left.size > 0) {
    const held = new Map<string, Move>()
    for (const move of left)
      for (const name of namesOf(move, move.object.schema, move.name)) held.set(name, move)
    const isFree = (move: Move): boolean =>
      namesOf(move, move.schema, move.wanted).every((name) => (held.get(name) ?? move) === move)
    const free = [...left].filter(isFree)
    for (const move of free) {
      steps.push(...stepsOf(move, sides))
      left.delete(move)
    }
    const [first] = left
    if (free.length > 0 || first === undefined) continue
    const spare = spareName(first, sides)
    steps.push(stepOf(first, 'name', first.name, spare, sides))
    first.object = named(first, spare)
    first.name = spare
  }
  return steps
}

/** What holds a name that another may want; the index of a constraint has one among all relations. */
function namesOf(move: Move, schema: string | null, name: string): readonly string[] {
  const { from } = move.rename
  const isPart = from.kind !== from.object.kind
  const object = isPart
    ? move.object
    : objectNamed(move.object, { name, ...(schema === null ? {} : { schema }) })
  const own = JSON.stringify([from.kind, object.schema, withinOf(move), name])
  return isPart ? [own] : [own, ...differOf(object).names(object)]
}

function withinOf({ rename: { from }, object }: Move): string | null {
  return from.kind === from.object.kind ? relationOf(object) : object.name
}

function stepsOf(move: Move, sides: Sides): RenameStep[] {
  const { object, schema, wanted, name } = move
  const steps: RenameStep[] = []
  if (schema !== null && object.schema !== null && schema !== object.schema) {
    steps.push(stepOf(move, 'schema', object.schema, schema, sides))
    move.object = objectNamed(object, { schema })
  }
  if (wanted !== name) steps.push(stepOf(move, whatOf(move.rename.from), name, wanted, sides))
  return steps
}

function stepOf(
  { object, rename }: Move,
  what: RenameStep['what'],
  from: string,
  to: string,
  { target, live }: Sides,
): RenameStep {
  const kind = what === 'name' ? whatOf(rename.from) : what
  const namedIn = what === 'schema' ? [] : bodiesThatName(rename.from.name, rename.to.object, target)
  return { object, what: kind, from, to, namedIn, catalog: live }
}

function whatOf({ kind }: Named): RenameStep['what'] {
  return kind === 'value' || kind === 'attribute' || kind === 'view column' ? kind : 'name'
}

function named(move: Move, name: string): CatalogObject {
  return whatOf(move.rename.from) === 'name' ? objectNamed(move.object, { name }) : move.object
}

function spareName({ object, name, rename }: Move, sides: Sides): string {
  const taken = new Set([...partsOf(rename.from.object), ...partsOf(rename.to.object)].map((one) => one.name))
  if (taken.size > 0) {
    let spare = `${name}_old`
    while (taken.has(spare)) spare += '_'
    return spare
  }
  return freeName({ schema: object.schema ?? rename.from.name, name }, '_old', sides)
}

/** The functions that will name it as before although nothing is called so any more: their bodies are text to PostgreSQL. */
function bodiesThatName(old: string, object: CatalogObject, catalog: Catalog): string[] {
  const named = [...catalog.objects.values()]
  if (named.some((other) => other.name === old && other.kind === object.kind)) return []
  const relation = relationOf(object)
  return named.flatMap((routine) => {
    if ((routine.kind !== 'function' && routine.kind !== 'procedure') || routine.body === null) return []
    const names = mentionedNames(routine.body)
    // A column's name alone may be any table's.
    const about = relation === null || names.has(relation)
    return about && names.has(old) ? [`${routine.kind} ${routine.name}`] : []
  })
}
