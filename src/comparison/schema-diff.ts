/** The difference of two catalogs as a unified diff of SQL. */
import type { StructuredPatchHunk } from 'diff'
import type { Catalog } from '../catalog/catalog.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import { type Identity, nameOfIdentity } from '../catalog/object.ts'
import type { Change, Sides, Step } from '../diff/change.ts'
import { compareCatalogs, subjectOf } from '../diff/compare.ts'
import { compareObjects, type Section, type Sections, sectionsOf, sectionTexts } from './canonical.ts'

/** What the two sides are called. */
export interface SideNames {
  readonly from: string
  readonly to: string
}

/**
 * The unified diff from the live schema to the target: a file per object that differs, with all that belongs to it, in the
 * order of schemas, kinds and names. What PostgreSQL takes for the same, as another order of columns, is no difference.
 *
 * @returns '' where nothing differs
 */
export async function schemaDiff(
  sides: Sides,
  names: SideNames = { from: 'live', to: 'target' },
  changes: readonly Change[] = compareCatalogs(sides),
): Promise<string> {
  if (changes.length === 0) return ''
  const [live, target] = [sectionsOf(sides.live), sectionsOf(sides.target)]
  const affected = new Map<Identity, { readonly root: CatalogObject; readonly changes: Change[] }>()
  for (const change of changes) {
    const root = (change.action === 'drop' ? live : target).rootOf(subjectOf(change))
    const entry = affected.get(root.identity) ?? { root, changes: [] }
    entry.changes.push(change)
    affected.set(root.identity, entry)
  }
  const ordered = [...affected.values()].sort((a, b) => compareObjects(a.root, b.root))
  const before = await textsOf(live, ordered)
  const after = await textsOf(inOrderOf(target, sides), ordered)
  const files = await Promise.all(
    ordered.map(({ root, changes: own }) => {
      const [from, to] = [before.get(root.identity) ?? '', after.get(root.identity) ?? '']
      // What no statement says is told in a comment, so that nothing that differs is left out.
      const unsaid = from === to
      return fileDiff(
        root,
        unsaid ? from + comments(own, 'from') : from,
        unsaid ? to + comments(own, 'to') : to,
        names,
      )
    }),
  )
  return files.join('')
}

async function textsOf(
  { sections }: Sections,
  wanted: readonly { readonly root: CatalogObject }[],
): Promise<Map<Identity, string>> {
  const found = wanted.map(({ root }) => sections.get(root.identity)).filter((one) => one !== undefined)
  const texts = await sectionTexts(found)
  return new Map(found.map(({ root }, i) => [root.identity, texts[i] ?? '']))
}

function comments(changes: readonly Change[], side: 'from' | 'to'): string {
  const lines = changes.flatMap((change) => {
    const { kind, identity } = subjectOf(change)
    const what = `${kind} ${nameOfIdentity(identity)}`
    if (change.action === 'create') return side === 'to' ? [what] : []
    if (change.action === 'drop') return side === 'from' ? [what] : []
    return change.differences.map((difference) => `${what}: ${difference.aspect} ${difference[side]}`)
  })
  return lines.map((line) => `-- ${line.replaceAll('\n', ' ')}\n`).join('')
}

/** The target's sections with the columns of each table in the order of the live one, as far as it has them. */
function inOrderOf({ sections, rootOf }: Sections, { live }: Sides): Sections {
  const reordered = (step: Step): Step =>
    step.action === 'create' ? { ...step, parts: followingOrder(step.parts, live) } : step
  return {
    sections: new Map(
      [...sections].map(([identity, { root, steps }]): [Identity, Section] => [
        identity,
        { root, steps: steps.map(reordered) },
      ]),
    ),
    rootOf,
  }
}

/** Each new column stays behind the one that its declaration puts it behind. */
function followingOrder(parts: readonly CatalogObject[], live: Catalog): CatalogObject[] {
  const columns = parts.filter((part) => part.kind === 'column').sort((a, b) => a.position - b.position)
  const placeNow = (identity: Identity): number | undefined => {
    const column = live.objects.get(identity)
    return column?.kind === 'column' ? column.position : undefined
  }
  const order = columns
    .map(({ identity }) => identity)
    .filter((identity) => placeNow(identity) !== undefined)
    .sort((a, b) => (placeNow(a) ?? 0) - (placeNow(b) ?? 0))
  columns.forEach(({ identity }, i) => {
    const previous = columns[i - 1]?.identity
    if (placeNow(identity) === undefined)
      order.splice(previous === undefined ? 0 : order.indexOf(previous) + 1, 0, identity)
  })
  const places = new Map(order.map((identity, i) => [identity, i + 1]))
  return parts.map((part) =>
    part.kind === 'column' ? { ...part, position: places.get(part.identity) ?? part.position } : part,
  )
}

/** Beyond so many lines that come and go in one object, all of its lines do. */
const longest = 2000

async function fileDiff(root: CatalogObject, from: string, to: string, names: SideNames): Promise<string> {
  const what = `${root.kind} ${nameOfIdentity(root.identity)}`
  const header = [
    `--- ${from === '' ? '/dev/null' : `${names.from}: ${what}`}`,
    `+++ ${to === '' ? '/dev/null' : `${names.to}: ${what}`}`,
  ]
  const whole = from === '' || to === ''
  const hunks = (whole ? undefined : await hunksOf(from, to)) ?? [wholeHunk(from, to)]
  return [...header, ...hunks.flatMap(hunkLines)].map((line) => `${line}\n`).join('')
}

async function hunksOf(from: string, to: string): Promise<StructuredPatchHunk[] | undefined> {
  const { structuredPatch } = await import('diff')
  return structuredPatch('', '', from, to, undefined, undefined, { context: 3, maxEditLength: longest })
    ?.hunks
}

function wholeHunk(from: string, to: string): StructuredPatchHunk {
  const [removed, added] = [linesOf(from), linesOf(to)]
  return {
    oldStart: 1,
    oldLines: removed.length,
    newStart: 1,
    newLines: added.length,
    lines: [...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`)],
  }
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

function hunkLines({ oldStart, oldLines, newStart, newLines, lines }: StructuredPatchHunk): string[] {
  // POSIX: a range of no lines is named by the line before it.
  const range = (start: number, count: number): string => `${count === 0 ? start - 1 : start},${count}`
  return [`@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`, ...lines]
}
