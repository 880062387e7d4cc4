/** The words of an entity-relationship diagram: what is drawn of a schema, whatever the format. */
import type { Identity } from '../../catalog/object.ts'

/** What became of something between two states. */
export type Mark = 'added' | 'removed' | 'changed'

/** What a difference says of something; of one state alone, nothing. */
export interface Marked {
  readonly mark: Mark | null
  /** What changed, in words: `type integer → bigint`. */
  readonly said: readonly string[]
}

export const UNMARKED: Marked = { mark: null, said: [] }

export interface DrawnColumn extends Marked {
  readonly name: string
  /** In its short form: `timestamptz`, `varchar(200)`. */
  readonly type: string
  readonly primaryKey: boolean
  readonly foreignKey: boolean
  /** A key of its own beside the primary one: no two rows have the same value. */
  readonly unique: boolean
  readonly notNull: boolean
  readonly comment: string | null
  /** The type, where it is an enum that is drawn. */
  readonly enumType: Identity | null
}

/** A key of several columns, or the primary one. */
export interface DrawnKey {
  readonly primary: boolean
  /** It tells apart rows of the same moment only (`without overlaps`). */
  readonly temporal?: true
  readonly columns: readonly string[]
}

export type EntityKind = 'table' | 'foreign table' | 'view' | 'materialized view'

/** What has columns. */
export interface Entity extends Marked {
  readonly kind: EntityKind
  readonly identity: Identity
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly columns: readonly DrawnColumn[]
  readonly keys: readonly DrawnKey[]
  /** `RANGE (created_at)` of a partitioned table. */
  readonly partitionKey: string | null
  /** How many partitions are folded into it, at whatever depth. */
  readonly partitions: number
}

export interface DrawnEnum extends Marked {
  readonly kind: 'enum'
  readonly identity: Identity
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly labels: readonly (Marked & { readonly name: string })[]
}

/** A foreign key. */
export interface Relation extends Marked {
  readonly identity: Identity
  readonly name: string
  /** The table that references. */
  readonly from: Identity
  readonly fromColumns: readonly string[]
  readonly to: Identity
  readonly toColumns: readonly string[]
  /** A row may reference nothing. */
  readonly optional: boolean
  /** Several rows may reference the same one. */
  readonly many: boolean
  /** What becomes of the row when the referenced one goes; null where that is refused. */
  readonly onDelete: 'cascade' | 'set null' | 'set default' | null
}

/** What is no foreign key: a view reads a relation, a table inherits from one. */
export interface Link extends Marked {
  readonly kind: 'reads' | 'inherits'
  readonly from: Identity
  readonly to: Identity
}

/** Two states in one picture. */
export interface Compared {
  readonly from: string
  readonly to: string
  /** What differs and has no place in the picture, in words: functions, sequences, schemas; or that nothing does. */
  readonly elsewhere: readonly string[]
}

export interface Diagram {
  /** The schema that names are shown without. */
  readonly defaultSchema: string
  /** By schema and name, the default schema first. */
  readonly entities: readonly Entity[]
  readonly enums: readonly DrawnEnum[]
  readonly relations: readonly Relation[]
  readonly links: readonly Link[]
  /** Columns are left out. */
  readonly withoutColumns: boolean
  readonly compared: Compared | null
}

/** Whatever has a box of its own. */
export type Box = Entity | DrawnEnum
