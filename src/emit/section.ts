/** The headings of a long file. */
import type { CatalogObject, Kind } from '../catalog/kinds.ts'

const HEADINGS: Readonly<Partial<Record<Kind, string>>> = {
  schema: 'Schemas',
  extension: 'Extensions',
  sequence: 'Sequences',
  table: 'Tables',
  'foreign table': 'Tables',
  column: 'Tables',
  constraint: 'Tables',
  index: 'Tables',
  statistics: 'Tables',
  function: 'Functions',
  procedure: 'Functions',
  aggregate: 'Functions',
  view: 'Views',
  'materialized view': 'Views',
  rule: 'Rules',
  trigger: 'Triggers',
  policy: 'Policies',
  publication: 'Publications',
  'publication table': 'Publications',
  'event trigger': 'Event triggers',
  enum: 'Types',
  domain: 'Types',
  'domain constraint': 'Types',
  'range type': 'Types',
  'composite type': 'Types',
}

/** The heading under which an object's statements stand. */
export function sectionOf(object: CatalogObject): string {
  if (object.parent?.startsWith('materialized view:')) return 'Views'
  return HEADINGS[object.kind] ?? 'Other objects'
}
