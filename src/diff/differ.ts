/** What a kind of object must say for itself to be compared and ordered. */
import type { CatalogObject } from '../catalog/kinds.ts'
import type { Identity } from '../catalog/object.ts'
import type {
  AlterStep,
  Change,
  CreateStep,
  Difference,
  Drop,
  DropStep,
  Replace,
  Sides,
  StepNotes,
} from './change.ts'
import { shortName } from './names.ts'

export interface KindDiffer<O extends CatalogObject> {
  /** Every aspect that differs, but the comment, which all kinds share. */
  compare(before: O, after: O, sides: Sides): Difference[]
  /**
   * The names that the object takes in PostgreSQL's shared name spaces (`relation public.a`, `type public.a`):
   * whoever holds one must go before another can take it.
   */
  names(object: O): readonly string[]
  /** Whether this object must be dropped and made again because something that it needs changes so. */
  rebuiltBy(object: O, cause: Change, sides: Sides): boolean
  /**
   * The object as it must be while something that it needs goes away and comes back, where it need not go away itself
   * (a column without its default); null where it can stay as it is.
   */
  interim(object: O, cause: Change, sides: Sides): CatalogObject | null
  /** The object without what takes its names and holds on to those of others; null where its names never change. */
  unnamed(object: O): CatalogObject | null
  /**
   * The names in its text that PostgreSQL does not track, each with whether it looks for it when the object is made:
   * the object is made after what they name where that is possible.
   */
  mentions(object: O): ReadonlyMap<string, boolean>
  /** A type: where it must be rebuilt it is made anew beside the old one (see remake.ts) rather than dropped first. */
  readonly remade: boolean
  /** The objects whose creation makes this one as a part. */
  createdWith(object: O, sides: Sides): readonly Identity[]
  /** What it names but does not need in order to be made or altered: it is said in a step of its own. */
  settledLater(object: O): readonly Identity[]
  /** The objects whose removal removes this one. */
  droppedWith(object: O, sides: Sides): readonly Identity[]
  /** As a part of another object it can also be made or dropped in a step of its own, where a circle asks for it. */
  readonly separable: boolean
  /** Whether an alteration that differs in this aspect does not mind that the dependent stands on the object. */
  isFree(aspect: string, dependent: CatalogObject): boolean
  /** Drops of it run before all else (nothing is lost, and they are in the way) rather than after. */
  readonly dropsEarly: boolean
  /** The aspects that are altered when the object's parts are what they will be (a table joins its parents). */
  readonly afterParts: readonly string[]
  /** The data that a step destroys, in a sentence; null when none. */
  loss(step: DropStep<O> | AlterStep<O> | CreateStep<O>): string | null
  /** On what rows a step fails, in a sentence, which an empty shadow database cannot show; null when on none. */
  risk(step: DropStep<O> | AlterStep<O> | CreateStep<O>): string | null
  /** What, beside the statement, decides what becomes of the rows, in a sentence; null when nothing does. */
  caution(step: DropStep<O> | AlterStep<O> | CreateStep<O>): string | null
  /**
   * Differences that need other new objects and so are a step of their own, after the object was made (a sequence's
   * owner, a table's replica identity): what `compare` would find between the object as created and as it should be.
   */
  afterCreation(
    object: O,
  ): readonly { readonly difference: Difference; readonly needs: readonly Identity[] }[]
}

/** The aspect of the extensions with which an object is dropped. */
export const EXTENSION_TIES = 'depends on extensions'

/** Of a step that has nothing to say. */
export const noNotes: StepNotes = { loss: null, risk: null, caution: null }

/** A difference, or nothing where both sides say the same. */
export function difference(
  aspect: string,
  from: string | number | boolean | null,
  to: string | number | boolean | null,
  options: { readonly replaces?: boolean; readonly remakes?: boolean } = {},
): Difference[] {
  if (from === to) return []
  const { replaces = false, remakes = false } = options
  return [{ aspect, from: printable(from), to: printable(to), replaces, remakes }]
}

function printable(value: string | number | boolean | null): string {
  return value === null ? 'none' : String(value)
}

/** A list as one printable value. */
export function listed(values: readonly string[]): string | null {
  return values.length === 0 ? null : values.join(', ')
}

/** `name=value` options as one printable value: their order means nothing. */
export function listedOptions(options: readonly string[]): string | null {
  return listed(options.toSorted())
}

/** How its rows are stored; PostgreSQL 14 has no statement that changes it. */
export function accessMethodDifference(
  before: { readonly accessMethod: string | null },
  after: { readonly accessMethod: string | null },
  { live }: Sides,
): Difference[] {
  return difference('access method', before.accessMethod, after.accessMethod, {
    replaces: live.serverVersion < 150000,
  })
}

/** Whether an object as it is made is replaced because something that it needs is dropped or replaced. */
export function goesAway(cause: Change): cause is Replace | Drop {
  return cause.action === 'replace' || cause.action === 'drop'
}

const NO_NAMES: ReadonlyMap<string, boolean> = new Map()

/** What most kinds say: rebuilt only when what they need goes away, nothing folded, nothing lost. */
export const plainDiffer = {
  rebuiltBy: (_object: CatalogObject, cause: Change): boolean => goesAway(cause),
  interim: () => null,
  unnamed: () => null,
  mentions: () => NO_NAMES,
  remade: false,
  createdWith: (): readonly Identity[] => [],
  droppedWith: (object: CatalogObject): readonly Identity[] =>
    object.parent === null ? [] : [object.parent],
  separable: false,
  afterParts: [],
  isFree: (): boolean => false,
  dropsEarly: false,
  loss: (): string | null => null,
  risk: (): string | null => null,
  caution: (): string | null => null,
  settledLater: (): readonly Identity[] => [],
  afterCreation: () => [],
} as const

/** What any object is said to be without minding what stands on it. */
const FREE_OF_ALL: ReadonlySet<string> = new Set(['comment', EXTENSION_TIES])

/** Whether a difference is one that nothing else in a schema can mind. */
export function disturbsNothing({ aspect, remakes }: Difference): boolean {
  return !remakes && FREE_OF_ALL.has(aspect)
}

/** Whether a change says something of an object, and no more. */
export function isRemark(change: Change): boolean {
  return (
    change.action === 'alter' && change.differences.length > 0 && change.differences.every(disturbsNothing)
  )
}

/** The name of a relation (table, index, sequence, view …) in its schema's name space. */
export function relationName(object: CatalogObject): string {
  return `relation ${JSON.stringify([object.schema, object.name])}`
}

/** What is said where a type goes for good. */
export function typeDropped(
  step: DropStep<CatalogObject> | AlterStep<CatalogObject> | CreateStep<CatalogObject>,
): string | null {
  return step.action === 'drop' && !step.replaced
    ? `type ${shortName(step.object.identity, step.sides.live)} is dropped`
    : null
}

/** The name of a type; each relation but an index and a sequence takes one as well. */
export function typeName(object: CatalogObject): string {
  return `type ${JSON.stringify([object.schema, object.name])}`
}

/** Whether an alteration converts a column to another type or collation, which what reads the column does not survive. */
export function convertsColumn(cause: Change): boolean {
  return (
    cause.action === 'alter' &&
    cause.after.kind === 'column' &&
    cause.differences.some((d) => d.aspect === 'type' || d.aspect === 'collation')
  )
}
