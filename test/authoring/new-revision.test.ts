import { describe, expect, test } from 'vitest'
import { type NewRevisionOptions, newRevision, parentFor } from '../../src/authoring/new-revision.ts'
import { buildGraph } from '../../src/graph/graph.ts'
import { graphOf, revisionOf } from '../support/graphs.ts'

const project = {
  root: '/',
  migrations: ['/migrations'],
  recursive: false,
  fileTemplate: '{rev}_{slug}',
  timezone: 'UTC',
  slugLength: 40,
}

function create(
  texts: readonly string[],
  options: Partial<NewRevisionOptions> = {},
  settings: Partial<typeof project> = {},
  applied: readonly string[] = [],
) {
  const graph = graphOf(...texts)
  const parents = parentFor(graph, new Set(applied), options)
  return newRevision({ ...project, ...settings }, graph, parents, { message: 'add users', ...options })
}

/** A graph whose files lie in other folders than `/migrations`. */
function createBeside(
  paths: Readonly<Record<string, string>>,
  options: Partial<NewRevisionOptions>,
  settings: Partial<typeof project>,
) {
  const revisions = Object.entries(paths).map(([text, path]) => ({ ...revisionOf(text), path }))
  const graph = buildGraph(revisions)
  const parents = parentFor(graph, new Set(), options)
  const details = { message: 'add users', revId: 'r1', ...options }
  return newRevision({ ...project, ...settings }, graph, parents, details).path
}

const parentsIn = (
  texts: readonly string[],
  options: Partial<NewRevisionOptions> = {},
  applied: readonly string[] = [],
) => create(texts, options, {}, applied).header.downRevisions

describe('the parent', () => {
  test('is the only head', () => expect(parentsIn(['a', 'b(a)'])).toEqual(['b']))
  test('is none in an empty project', () => expect(parentsIn([])).toEqual([]))
  test('is none for --head base', () => expect(parentsIn(['a'], { head: 'base' })).toEqual([]))
  test('is the head that a label names', () =>
    expect(parentsIn(['a', 'b(a)[left]', 'c(a)'], { head: 'left@head' })).toEqual(['b']))
  test('is the revision that any other target names', () => {
    expect(parentsIn(['abc', 'b(abc)', 'c(b)'], { head: 'ab', splice: true })).toEqual(['abc'])
    expect(parentsIn(['a', 'b(a)', 'c(b)'], { head: 'head-1', splice: true })).toEqual(['b'])
    expect(parentsIn(['a[left]', 'b(a)'], { head: 'left', splice: true })).toEqual(['a'])
    expect(parentsIn(['a', 'b(a)'], { head: 'a+1' })).toEqual(['b'])
  })
  test('counts from what is applied', () => {
    expect(parentsIn(['a', 'b(a)'], { head: 'current', splice: true }, ['a'])).toEqual(['a'])
    expect(parentsIn(['a', 'b(a)', 'c(b)'], { head: '-1', splice: true }, ['a', 'b'])).toEqual(['a'])
  })
  test('is never none for a target that happens to name nothing', () => {
    expect(() => parentsIn(['a'], { head: 'current' })).toThrow(
      '"current" names no revision, and one is needed here.',
    )
  })
  test('is a revision in the middle with splice', () =>
    expect(parentsIn(['a', 'b(a)'], { head: 'a', splice: true })).toEqual(['a']))

  test('must be said when there are several heads, and the message names them and what to type', () => {
    expect(() => create(['a', 'b(a)', 'c(a)'])).toThrow(
      'Multiple heads are present, and "head" does not say which one the new revision follows: b, c. Name one with --head b, or make them one with "dbmig rebase" or "dbmig merge".',
    )
  })
  test('cannot be several', () => {
    expect(() => create(['a', 'b(a)', 'c(a)'], { head: 'heads' })).toThrow('Multiple heads are present')
  })
  test('cannot be a revision in the middle without splice', () => {
    expect(() => create(['a', 'b(a)'], { head: 'a' })).toThrow(
      'Revision a (/migrations/a.ts) is not a head: b follows it. Add --splice to branch off there.',
    )
  })
  test('must exist', () => {
    expect(() => create(['abc'], { head: 'abd' })).toThrow('Did you mean "abc"?')
  })
})

describe('the id', () => {
  test('is twelve hexadecimal digits', () => expect(create([]).header.revision).toMatch(/^[0-9a-f]{12}$/))
  test('is the one that is asked for', () =>
    expect(create([], { revId: 'v1.0' }).header.revision).toBe('v1.0'))

  test.each(['a:b', 'a b', '-1', '_x', '.x', 'a/b', '../x', ''])('cannot be "%s"', (revId) => {
    expect(() => create([], { revId })).toThrow('cannot be the id of a revision')
  })
  test('cannot be a word of targets', () => {
    expect(() => create([], { revId: 'head' })).toThrow('is a word that targets use')
  })
  test('cannot be taken, by an id or a label', () => {
    expect(() => create(['a'], { revId: 'a' })).toThrow(
      'Revision "a" exists already, in /migrations/a.ts. Give another --rev-id, or leave it out for a new one.',
    )
    expect(() => create(['a[left]'], { revId: 'left' })).toThrow('exists already')
  })
})

describe('the header', () => {
  test('has the message, the date in seconds, and the label', () => {
    const { header } = create([], { message: ' add users ', branchLabel: 'auth' })
    expect(header).toMatchObject({ message: 'add users', branchLabels: ['auth'], dependsOn: [] })
    expect(header.createDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  })
  test('writes the start of an id as the whole id, and a label as a label', () => {
    const { header } = create(['abc', 'def[left]', 'x'], { head: 'x', dependsOn: ['ab', 'left'] })
    expect(header.dependsOn).toEqual(['abc', 'left'])
  })
  test('depends on what any target of one revision means', () => {
    const { header } = create(['a[left]', 'b(a)', 'x'], { head: 'x', dependsOn: ['left@head', 'b-1'] })
    expect(header.dependsOn).toEqual(['b', 'a'])
    expect(() => create(['a', 'b', 'x'], { head: 'x', dependsOn: ['heads'] })).toThrow(
      '"heads" names 3 revisions, and one is needed here. Name one by its id.',
    )
  })
  test('refuses a label that is taken or illegal', () => {
    expect(() => create(['a[left]'], { branchLabel: 'left' })).toThrow('is taken by revision a')
    expect(() => create(['a'], { branchLabel: 'a@b' })).toThrow('cannot be a branch label')
    expect(() => create(['a'], { branchLabel: 'heads' })).toThrow('is a word that targets use')
  })
  test('refuses a dependency that does not exist', () => {
    expect(() => create(['a'], { dependsOn: ['zzz'] })).toThrow('"zzz"')
  })
})

describe('the message', () => {
  test.each(['', '   '])('cannot be "%s"', (message) => {
    expect(() => create([], { message })).toThrow(
      'The message is empty. Say in a few words what the revision does: it is the first line of the file and part of its name.',
    )
  })
  test('must hold a letter or a digit', () => {
    expect(() => create([], { message: '…!' })).toThrow(
      `The message "…!" holds no letter and no digit. Say in a few words what the revision does: it is part of the file's name.`,
    )
    expect(create([], { message: '世界' }).header.message).toBe('世界')
  })
})

describe('the file', () => {
  const two = { migrations: ['/one', '/migrations'] }
  const deep = { recursive: true }

  test('is named by the template', () =>
    expect(create([], { revId: 'r1' }).path).toBe('/migrations/r1_add_users.ts'))
  test('lies beside its parent', () =>
    expect(create(['a'], { revId: 'r1' }, two).path).toBe('/migrations/r1_add_users.ts'))
  test('lies in the sub folder of its parent', () =>
    expect(createBeside({ a: '/migrations/auth/a.ts' }, {}, deep)).toBe('/migrations/auth/r1_add_users.ts'))
  test('lies where a template with folders says, below the configured folder of its parent', () => {
    const settings = { ...deep, migrations: ['/one', '/two'], fileTemplate: 'x/{rev}/{slug}' }
    expect(createBeside({ a: '/two/x/a/a.ts' }, {}, settings)).toBe('/two/x/r1/add_users.ts')
  })
  test('lies in the folder that is asked for', () => {
    expect(create(['a'], { revId: 'r1', migrationsPath: 'one' }, two).path).toBe('/one/r1_add_users.ts')
    expect(create(['a'], { revId: 'r1', migrationsPath: './one/' }, two).path).toBe('/one/r1_add_users.ts')
  })
  test('lies in a folder inside of a configured one where those are read', () =>
    expect(create([], { revId: 'r1', migrationsPath: 'migrations/auth' }, deep).path).toBe(
      '/migrations/auth/r1_add_users.ts',
    ))

  test('cannot lie in a folder that is not configured, and the message names those that are', () => {
    expect(() => create(['a'], { migrationsPath: 'other' })).toThrow(
      '/other is no migrations folder of the configuration, only /migrations is. Name one of them (a folder inside of one needs `recursive: true`), or add it to `migrations`.',
    )
    expect(() => create(['a'], { migrationsPath: 'one/sub' }, two)).toThrow('; these are: /one, /migrations.')
    expect(() => create(['a'], { migrationsPath: '../migrations2' }, deep)).toThrow('is no migrations folder')
  })
  test('cannot be placed where there are several folders and no parent, and the message asks for one', () => {
    expect(() => create(['a'], { head: 'base' }, two)).toThrow(
      'There are several migrations folders, and no revision before this one says which it goes into. Name one with --migrations-path: /one, /migrations.',
    )
    expect(create(['a'], { head: 'base', migrationsPath: 'one' }, two).path).toMatch(/^\/one\//)
  })
  test('cannot have a name that is never read', () => {
    const settings = { fileTemplate: '{slug}_{rev}' }
    expect(() => create([], { revId: 'v1.d' }, settings)).toThrow(
      'A revision in /migrations/add_users_v1.d.ts would never be read',
    )
    expect(() => create([], { migrationsPath: 'migrations/_old' }, deep)).toThrow('would never be read')
    expect(() => create([], { migrationsPath: 'migrations/node_modules' }, deep)).toThrow(
      'would never be read',
    )
  })
})
