/** `merge`: what it follows, what it refuses, and the file that it writes. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type MergeOptions, merge, parentsFor } from '../../src/authoring/merge.ts'
import { loadProject } from '../../src/config/project.ts'
import { buildGraph } from '../../src/graph/graph.ts'
import { lineBelow } from '../../src/graph/lineage.ts'
import { realHeads } from '../../src/graph/query.ts'
import { tables, useProject } from '../support/cli.ts'
import { graphOf, revisionOf } from '../support/graphs.ts'

const diamond = ['a', 'b(a)[left]', 'c(a)', 'd(a)']

function parents(
  texts: readonly string[],
  targets: readonly string[] = ['heads'],
  { splice = false, applied = [] }: { splice?: boolean; applied?: readonly string[] } = {},
) {
  const found = parentsFor(graphOf(...texts), new Set(applied), targets, splice)
  return found.map(({ revision }) => revision)
}

describe('what a merge follows', () => {
  test('is all heads', () => expect(parents(diamond)).toEqual(['b', 'c', 'd']))
  test('is what is named, in that order', () => expect(parents(diamond, ['c', 'b'])).toEqual(['c', 'b']))
  test('is what the grammar of targets means', () => {
    expect(parents(diamond, ['left@head', 'd'])).toEqual(['b', 'd'])
    expect(parents(diamond, ['current', 'd'], { applied: ['a', 'b'] })).toEqual(['b', 'd'])
  })
  test('may be a revision in the middle with splice', () =>
    expect(parents(['a', 'b(a)', 'c(a)', 'd(c)'], ['b', 'c'], { splice: true })).toEqual(['b', 'c']))
  test('may be a revision that another one only depends on', () =>
    expect(parents(['a', 'b>a'], ['a', 'b'])).toEqual(['a', 'b']))
  test('is bases that have nothing in common', () => expect(parents(['a', 'b'])).toEqual(['a', 'b']))
})

describe('a merge refuses', () => {
  test('one revision alone, which it names', () => {
    expect(() => parents(['a', 'b(a)'])).toThrow(
      'There is nothing to merge: "heads" names one revision alone, b (/migrations/b.ts), and a merge follows two or more. "dbmig heads" lists the heads.',
    )
  })
  test('no revision at all', () => {
    expect(() => parents(diamond, ['base', 'base'])).toThrow(
      'There is nothing to merge: "base", "base" name no revision, and a merge follows two or more.',
    )
  })
  test('the same revision twice', () => {
    expect(() => parents(diamond, ['b', 'left'])).toThrow(
      'Revision b (/migrations/b.ts) is named twice by "b", "left". Name each revision once.',
    )
  })
  test('an ancestor with its own descendant, also with splice', () => {
    const line = ['a', 'b(a)', 'c(b)', 'd']
    for (const splice of [false, true]) {
      expect(() => parents(line, ['d', 'a', 'c'], { splice })).toThrow(
        'Revision a (/migrations/a.ts) is an ancestor of c (/migrations/c.ts), so there is nothing to merge between them. Leave a out.',
      )
    }
  })
  test('a revision that is no head, unless spliced', () => {
    expect(() => parents(['a', 'b(a)', 'c(a)', 'd(c)'], ['b', 'c'])).toThrow(
      'Revision c (/migrations/c.ts) is not a head: d follows it. Add --splice to branch off there.',
    )
  })
  test('a name that does not exist', () => {
    expect(() => parents(['abc', 'abd'], ['abc', 'abx'])).toThrow('Did you mean')
  })
})

test('after a merge of all heads there is one head, above everything', () => {
  const texts = fc.array(fc.nat(), { minLength: 2, maxLength: 30 }).map((choices) =>
    // Each follows one before it, or none.
    choices.map((choice, at) => (choice % (at + 1) === 0 ? `r${at}` : `r${at}(r${(choice % (at + 1)) - 1})`)),
  )
  fc.assert(
    fc.property(texts, (line) => {
      const graph = graphOf(...line)
      fc.pre(realHeads(graph).length > 1)
      const names = parents(line)
      const merged = buildGraph([...graph.revisions.values(), revisionOf(`m(${names.join(' ')})`)])
      expect(realHeads(merged).map(({ revision }) => revision)).toEqual(['m'])
      expect(lineBelow(merged, ['m']).size).toBe(line.length + 1)
    }),
  )
})

describe('the file of a merge', () => {
  const two = { '.dbmigrc.json': '{}', ...tables('aaa1', 'bbb2') }
  const other = tables('aaa1', 'ccc3')['migrations/ccc3.ts'] ?? ''

  async function mergeIn(options: MergeOptions = {}, more: Readonly<Record<string, string>> = {}) {
    const folder = useProject({ ...two, 'migrations/ccc3.ts': other, ...more })
    const project = await loadProject({ cwd: folder, env: {} })
    return { folder, written: await merge(project, options) }
  }

  test('is named by what it merges, and does nothing', async () => {
    const { folder, written } = await mergeIn({ revId: 'mmm4', branchLabel: 'joined' })
    expect(written).toMatchObject({
      revision: 'mmm4',
      downRevision: ['bbb2', 'ccc3'],
      upToDate: false,
      changes: [],
      hooks: [],
      path: expect.stringMatching(/\/migrations\/\d{12}_mmm4_merge_bbb2_ccc3\.ts$/),
    })
    const text = readFileSync(written.path ?? '', 'utf8')
    expect(text).toBe(written.source)
    expect(text.replace(/Create date: .*/, 'Create date: …')).toBe(`/**
 * merge bbb2, ccc3
 *
 * Create date: …
 */
import { type Kysely } from 'kysely'

export const revision = 'mmm4'
export const downRevision = ['bbb2', 'ccc3']
export const branchLabels = ['joined'] as const
export const dependsOn = [] as const

export async function up(db: Kysely<any>): Promise<void> {
}

export async function down(db: Kysely<any>): Promise<void> {
}
`)
    expect(readdirSync(join(folder, 'migrations'))).toHaveLength(4)
  })

  test('has the message that is asked for', async () => {
    const { written } = await mergeIn({ message: 'bring the branches together' })
    expect(written.source).toMatch(/^\/\*\*\n \* bring the branches together\n/)
  })

  test('is not written in a dry run', async () => {
    const { folder, written } = await mergeIn({ dryRun: true })
    expect(written).toMatchObject({ path: null, source: expect.stringContaining("['bbb2', 'ccc3']") })
    expect(readdirSync(join(folder, 'migrations'))).toHaveLength(3)
  })

  test('lies in the folder of its first parent, or in the one that is asked for', async () => {
    const config = '{"migrations": ["migrations", "more"]}'
    const here = { '.dbmigrc.json': config, 'more/ddd4.ts': other.replaceAll('ccc3', 'ddd4') }
    const { folder, written } = await mergeIn({ targets: ['ddd4', 'bbb2'] }, here)
    expect(written.path?.startsWith(join(folder, 'more/'))).toBe(true)
    const asked = await mergeIn({ targets: ['ddd4', 'bbb2'], migrationsPath: 'migrations' }, here)
    expect(asked.written.path?.startsWith(join(asked.folder, 'migrations/'))).toBe(true)
  })
})
