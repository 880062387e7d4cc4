/** Names that extensions may take: what is in one is no object of a catalog, and yet stands in the way of what is named so. */
import { type Draft, keyOf } from './draft.ts'

/**
 * What had better go first: a new extension comes after what its schema loses, a new object after the extensions that its
 * schema loses. So do functions that become those of an extension (`btree_gist` before it was one), and back.
 */
export function extensionWishes(drafts: readonly Draft[]): (draft: Draft) => readonly string[] {
  const dropped = new Map<string, string[]>()
  const droppedExtensions = new Map<string, string[]>()
  for (const draft of drafts) {
    const { action, object } = draft
    if (action !== 'drop' || object.parent !== null) continue
    if (object.kind === 'extension') add(droppedExtensions, object.inSchema, keyOf(draft))
    else if (object.schema !== null) add(dropped, object.schema, keyOf(draft))
  }
  return ({ action, object }) => {
    if (action !== 'create' || (object.parent !== null && object.kind !== 'shell type')) return []
    if (object.kind === 'extension') return dropped.get(object.inSchema) ?? []
    return object.schema === null ? [] : (droppedExtensions.get(object.schema) ?? [])
  }
}

function add(lists: Map<string, string[]>, name: string, key: string): void {
  const known = lists.get(name)
  if (known === undefined) lists.set(name, [key])
  else known.push(key)
}
