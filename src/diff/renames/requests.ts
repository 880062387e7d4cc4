/** What a user says of renames, as text: `users.name=full_name`, `table:users=people`, and `users.fax` for what is no rename. */
import type { Catalog } from '../../catalog/catalog.ts'
import { nameOfIdentity, quotePart } from '../../catalog/object.ts'
import { nearest } from '../../nearest.ts'
import type { Sides } from '../change.ts'
import {
  renameAmbiguous,
  renameMalformed,
  renameNewUnknown,
  renameNothingToDo,
  renameOldUnknown,
  renameTaken,
  renameTwice,
  renameUnknownKind,
} from './errors.ts'
import { projectionOf } from './projection.ts'
import { allNamed, type Named, pathOf, type Rename, shortName, shortPath } from './rename.ts'

/** A request that was read, and not yet looked up. */
export interface RenameRequest {
  /** As it was typed. */
  readonly text: string
  /** The kinds that its prefix allows; null without one. */
  readonly kinds: readonly string[] | null
  readonly from: readonly string[]
  /** Null where it is said to be no rename. */
  readonly to: readonly string[] | null
}

const KIND_WORDS: Readonly<Record<string, readonly string[]>> = {
  type: ['enum', 'composite type', 'domain', 'range type'],
  ...Object.fromEntries(
    [
      ...['schema', 'table', 'foreign table', 'column', 'value', 'attribute', 'sequence', 'enum'],
      ...['composite type', 'domain', 'range type', 'view', 'materialized view', 'index', 'constraint'],
      ...['function', 'procedure', 'aggregate', 'trigger', 'policy', 'rule', 'statistics', 'collation'],
      ...['domain constraint', 'server', 'foreign data wrapper', 'event trigger', 'text search parser'],
      ...['text search template', 'text search dictionary', 'text search configuration'],
    ].map((kind) => [kind, [kind]]),
  ),
}

const PART = String.raw`(?:"(?:[^"]|"")+"|[^".=\s][^".=]*)`
const PATH = `${PART}(?:\\.${PART})*`
const REQUEST = new RegExp(`^(?:([a-z ]+):)?(${PATH})\\s*(?:=\\s*(${PATH})\\s*)?$`)

/**
 * Reads a request: a kind where the names leave a choice, the old name as PostgreSQL would quote it, and the new one, alone
 * or with all that it is in.
 *
 * @throws DIFF_RENAME_MALFORMED, DIFF_RENAME_KIND
 */
export function parseRename(text: string): RenameRequest {
  const found = REQUEST.exec(text.trim())
  if (found === null || found[2] === undefined) throw renameMalformed(text)
  const [, word, from, to] = found
  const kinds = word === undefined ? null : KIND_WORDS[word]
  if (kinds === undefined)
    throw renameUnknownKind(text, word ?? '', nearest(word ?? '', Object.keys(KIND_WORDS)))
  return { text: text.trim(), kinds, from: partsOfName(from), to: to === undefined ? null : partsOfName(to) }
}

function partsOfName(path: string): string[] {
  return [...path.matchAll(new RegExp(PART, 'g'))].map(([part]) =>
    part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.trim(),
  )
}

/** What requests have said. */
export interface Answers {
  readonly renames: readonly Rename[]
  /** What is no rename, whatever it looks like. */
  readonly separate: ReadonlySet<string>
}

/**
 * Looks up what requests name: an old name in the database, a new one in the schema.
 *
 * @throws DIFF_RENAME_… for what is nowhere, could be several, is asked twice, or has nothing to rename
 */
export function answersOf(requests: readonly RenameRequest[], sides: Sides): Answers {
  if (requests.length === 0) return { renames: [], separate: new Set() }
  const live = indexOf(sides.live, allNamed(sides.live))
  const target = indexOf(sides.target, allNamed(sides.target))
  // Tables first: a column may be named by the table's old name or its new one.
  const renames: Rename[] = []
  const separate = new Set<string>()
  const sorted = [...requests].sort((a, b) => depthOf(a) - depthOf(b))
  for (const request of sorted) {
    const olds = matching(live, request, request.from, sides, renames)
    if (olds.length === 0) {
      const names = [...live.names]
      throw renameOldUnknown(request.text, namesOf(request.from), nearest(namesOf(request.from), names))
    }
    if (request.to === null) {
      const news = new Set(sides.target.objects.keys())
      const gone = olds.filter(({ identity }) => !news.has(identity))
      for (const old of gone.length > 0 ? gone : olds) separate.add(old.identity)
      continue
    }
    renames.push(renameOf(request, request.to, olds, target, renames, sides))
  }
  requireSense(renames, sides)
  return { renames, separate }
}

function depthOf({ kinds, from }: RenameRequest): number {
  return kinds?.includes('schema') ? 0 : from.length
}

function renameOf(
  request: RenameRequest,
  to: readonly string[],
  olds: readonly Named[],
  target: Index,
  renames: readonly Rename[],
  sides: Sides,
): Rename {
  const found = olds.flatMap((from) => {
    const wanted = to.length === 1 ? [...placeAfter(from, renames, sides), ...to] : to
    const news = target.byPath.get(JSON.stringify(wanted)) ?? []
    return news.filter((one) => one.kind === from.kind).map((one) => ({ from, to: one }))
  })
  const [first] = found
  if (first === undefined) {
    const kind = olds.length === 1 ? (olds[0]?.kind ?? 'object') : 'object'
    const known = [...sides.target.objects.values()].filter((one) =>
      olds.some((old) => old.kind === one.kind),
    )
    const guess = nearest(
      to.at(-1) ?? '',
      known.map(({ name }) => name),
    )
    throw renameNewUnknown(request.text, kind, namesOf(to), guess)
  }
  const moving = found.filter(({ from, to }) => !isIn(sides.target, from) || !isIn(sides.live, to))
  const choice = moving.length > 0 ? moving : found
  if (choice.length > 1)
    throw renameAmbiguous(
      request.text,
      choice.map(({ from }) => `${from.kind}:${nameOfIdentity(from.identity)}`),
    )
  return choice[0] ?? first
}

/** Where it is once the tables and schemas that were asked for are renamed. */
function placeAfter(from: Named, renames: readonly Rename[], { live }: Sides): string[] {
  const projection = projectionOf(renames, live)
  if (from.kind === 'schema') return []
  if (from.kind !== from.object.kind) {
    const own = renames.find((one) => one.from.identity === from.object.identity)
    const { schema } = projection.placeOf(from.object)
    return [own?.to.object.schema ?? schema, own?.to.name ?? from.object.name].filter((one) => one !== null)
  }
  const { schema, relation } = projection.placeOf(from.object)
  return [schema, relation].filter((one) => one !== null)
}

interface Index {
  readonly byPath: ReadonlyMap<string, readonly Named[]>
  readonly names: ReadonlySet<string>
}

function indexOf(catalog: Catalog, all: readonly Named[]): Index {
  const byPath = new Map<string, Named[]>()
  const names = new Set<string>()
  for (const named of all) {
    const [full, short] = [pathOf(named), shortPath(named, catalog)]
    for (const path of full.length === short.length ? [full] : [full, short]) {
      const key = JSON.stringify(path)
      const list = byPath.get(key)
      if (list === undefined) byPath.set(key, [named])
      else list.push(named)
    }
    names.add(shortName(named, catalog))
  }
  return { byPath, names }
}

/** What a request's old name can mean; a table's part may be called by the table's new name. */
function matching(
  index: Index,
  { kinds }: RenameRequest,
  path: readonly string[],
  sides: Sides,
  renames: readonly Rename[],
): Named[] {
  const paths = [path]
  const name = path.at(-1) ?? ''
  for (const { from, to } of renames) {
    const within = path.slice(0, -1)
    const isNew = [pathOf(to), shortPath(to, sides.target)].some((one) => equal(one, within))
    if (within.length > 0 && isNew) paths.push([...pathOf(from), name])
  }
  const found = paths.flatMap((each) => index.byPath.get(JSON.stringify(each)) ?? [])
  const allowed = found.filter(({ kind }) => kinds === null || kinds.includes(kind))
  return [...new Set(allowed)]
}

function equal(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((part, i) => part === other[i])
}

function isIn(catalog: Catalog, { kind, object, name, identity }: Named): boolean {
  if (kind === object.kind) return catalog.objects.has(identity)
  const same = catalog.objects.get(object.identity)
  if (same?.kind === 'enum') return same.labels.includes(name)
  return same?.kind === 'composite type' && same.attributes.some((attribute) => attribute.name === name)
}

/** @throws for what is renamed twice, has its name already, or is to have one that another keeps */
function requireSense(renames: readonly Rename[], sides: Sides): void {
  const { identityOf } = projectionOf(
    renames.filter(({ from }) => from.kind !== 'column'),
    sides.live,
  )
  const olds = new Map<string, Rename>()
  const news = new Map<string, Rename>()
  for (const rename of renames) {
    const twice = olds.get(rename.from.identity) ?? news.get(rename.to.identity)
    if (twice !== undefined) throw renameTwice(said(twice, sides), said(rename, sides))
    olds.set(rename.from.identity, rename)
    news.set(rename.to.identity, rename)
  }
  for (const { from, to } of renames) {
    if (from.identity === to.identity) throw renameNothingToDo(from.kind, shortName(from, sides.live))
    // Who has the name now must give it up: under another name of its own, or with the table that it is in.
    const holder = [...sides.live.objects.values()].find((one) => one.identity === to.identity)
    const stays = from.kind === from.object.kind ? holder !== undefined : isIn(sides.live, to)
    const moves = olds.has(to.identity) || (holder !== undefined && identityOf(holder) !== to.identity)
    if (stays && !moves) throw renameTaken(said({ from, to }, sides), to.kind, shortName(to, sides.target))
  }
}

function said({ from, to }: Rename, { live, target }: Sides): string {
  return `${shortName(from, live)}=${shortName(to, target)}`
}

function namesOf(path: readonly string[]): string {
  return path.map(quotePart).join('.')
}

/**
 * A rename as a user would ask for it: with its kind where the names alone could mean something else.
 *
 * @param isPlain what `plainNames` gives
 */
export function requestFor({ from, to }: Rename, isPlain: (named: Named) => boolean, live: Catalog): string {
  const prefix = isPlain(from) ? '' : `${from.kind}:`
  const moves = from.object.parent === null && from.object.schema !== to.object.schema
  const isPart = from.kind !== from.object.kind
  const wanted = moves && !isPart ? pathOf(to).map(quotePart).join('.') : quotePart(to.name)
  return `${prefix}${shortName(from, live)}=${wanted}`
}

/** Whether the names of something lead to it alone, so that a request needs no kind. */
export function plainNames(live: Catalog): (named: Named) => boolean {
  const { byPath } = indexOf(live, allNamed(live))
  return (named) => byPath.get(JSON.stringify(shortPath(named, live)))?.length === 1
}
