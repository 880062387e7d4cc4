/** The words of a comparison: what differs between two catalogs, and the steps of a plan that takes one to the other. */
import type { Access } from '../catalog/access.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import type { Schema } from '../catalog/schema.ts'

/** One aspect of an object that differs; `from` and `to` are as a reader would like to see them. */
export interface Difference {
  readonly aspect: string
  readonly from: string
  readonly to: string
  /** No statement alters this in place: the object is dropped and made again. */
  readonly replaces: boolean
  /** No statement alters this in place: the type is made anew beside the old one, and what uses it is converted. */
  readonly remakes: boolean
}

export interface Create<O extends CatalogObject = CatalogObject> {
  readonly action: 'create'
  readonly after: O
}

export interface Drop<O extends CatalogObject = CatalogObject> {
  readonly action: 'drop'
  readonly before: O
}

export interface Alter<O extends CatalogObject = CatalogObject> {
  readonly action: 'alter'
  readonly before: O
  readonly after: O
  readonly differences: readonly Difference[]
  /** What it is for as long as something that it needs is away: altered to this before that goes, from this after it is back. */
  readonly interim?: O
}

/** Dropped and made again: for its own differences, or (then there are none) because of what it needs. */
export interface Replace<O extends CatalogObject = CatalogObject> {
  readonly action: 'replace'
  readonly before: O
  readonly after: O
  readonly differences: readonly Difference[]
  /** The change at the root of it, where that is another object's. */
  readonly because?: Change
}

export type Change = Create | Drop | Alter | Replace

/** The two sides of a comparison: from `live` to `target`. */
export interface Sides {
  readonly live: Catalog
  readonly target: Catalog
}

/** A statement or few, as data: what the plan is made of and `emit` writes. */
export type Step = (CreateStep | DropStep | AlterStep) & {
  /** What it would destroy, where it would fail, and what decides what it does, in sentences. */
  readonly notes: StepNotes
}

export interface StepNotes {
  readonly loss: string | null
  readonly risk: string | null
  readonly caution: string | null
}

export interface CreateStep<O extends CatalogObject = CatalogObject> {
  readonly action: 'create'
  readonly object: O
  /** What is made as a part of it: a table's columns, keys and checks. */
  readonly parts: readonly CatalogObject[]
  readonly sides: Sides
}

export interface DropStep<O extends CatalogObject = CatalogObject> {
  readonly action: 'drop'
  readonly object: O
  /** What goes with it. */
  readonly parts: readonly CatalogObject[]
  /** It is made again in the same plan. */
  readonly replaced: boolean
  /** Why it is, where the reason lies with another object: `function f() changes`. */
  readonly because?: string
  readonly sides: Sides
}

export interface AlterStep<O extends CatalogObject = CatalogObject> {
  readonly action: 'alter'
  readonly before: O
  readonly after: O
  readonly differences: readonly Difference[]
  readonly sides: Sides
  /** Set where it is about nothing but who owns an object, or who may use it. */
  readonly access?: AccessMove
}

/** What a step changes in who owns an object and who may use it. */
export interface AccessMove {
  readonly from: Access
  readonly to: Access
}

/** An object goes on under another name or in another schema, and PostgreSQL sees to whatever names it. */
export interface RenameStep {
  /** As it is called before. */
  readonly object: CatalogObject
  /** What of it is renamed: its name, its schema, or a part that is no object of its own. */
  readonly what: 'name' | 'schema' | 'value' | 'attribute' | 'view column'
  readonly from: string
  readonly to: string
  /** The functions whose bodies, which PostgreSQL takes for mere text, go on naming it as before. */
  readonly namedIn: readonly string[]
  readonly catalog: Catalog
}

/** What makes a new schema that something is moved into, or drops it once that has left. */
export type SchemaStep = (CreateStep<Schema> | DropStep<Schema>) & { readonly notes: StepNotes }

export type MoveStep = RenameStep | SchemaStep

export interface Plan {
  readonly steps: readonly Step[]
  /** They run before the steps, on the way up; or after them, on the way down. */
  readonly renames?: { readonly first: readonly MoveStep[]; readonly last: readonly MoveStep[] }
  /** PostgreSQL may not find what the bodies of new functions name, so that it must not check them when they are made. */
  readonly uncheckedBodies: boolean
  /** Sentences about data that running the plan would destroy; empty when none. */
  readonly losses: readonly string[]
  /** Sentences about rows on which running the plan would fail, and about what else decides what becomes of them. */
  readonly risks: readonly string[]
  /** Indexes come and go `concurrently`, which no transaction allows. */
  readonly concurrently?: true
}
