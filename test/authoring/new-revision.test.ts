import { describe, expect, test } from 'vitest'
import { type NewRevisionOptions, newRevision } from '../../src/authoring/new-revision.ts'
import { buildGraph } from '../../src/graph/graph.ts'
import { revisionOf } from '../support/graphs.ts'

const project = {
  migrations: ['/migrations'],
  fileTemplate: '{rev}_{slug}',
  timezone: 'UTC',
  slugLength: 40,
}

function create(graph: readonly string[], options: Partial<NewRevisionOptions> = {}, settings = project) {
  const revisions = graph.map(revisionOf)
  return newRevision(settings, buildGraph(revisions), revisions, { message: 'add users', ...options })
}

const parentsIn = (graph: readonly string[], options: Partial<NewRevisionOptions> = {}) =>
  create(graph, options).header.downRevisions

describe('the parent', () => {
  test('is the only head', () => expect(parentsIn(['a', 'b(a)'])).toEqual(['b']))
  test('is none in an empty project', () => expect(parentsIn([])).toEqual([]))
  test('is none for --head base', () => expect(parentsIn(['a'], { head: 'base' })).toEqual([]))
  test('is the head that a label names', () =>
    expect(parentsIn(['a', 'b(a)[left]', 'c(a)'], { head: 'left@head' })).toEqual(['b']))
  test('is a revision in the middle with splice', () =>
    expect(parentsIn(['a', 'b(a)'], { head: 'a', splice: true })).toEqual(['a']))

  test('must be said when there are several heads, and the message names them and what to type', () => {
    expect(() => create(['a', 'b(a)', 'c(a)'])).toThrow(
      'Multiple heads are present, and "head" does not say which one the new revision follows: b, c. Name one with --head b.',
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
  test('refuses a label that is taken or illegal', () => {
    expect(() => create(['a[left]'], { branchLabel: 'left' })).toThrow('is taken by revision a')
    expect(() => create(['a'], { branchLabel: 'a@b' })).toThrow('cannot be a branch label')
    expect(() => create(['a'], { branchLabel: 'heads' })).toThrow('is a word that targets use')
  })
  test('refuses a dependency that does not exist', () => {
    expect(() => create(['a'], { dependsOn: ['zzz'] })).toThrow('"zzz"')
  })
})

describe('the file', () => {
  test('is named by the template', () =>
    expect(create([], { revId: 'r1' }).path).toBe('/migrations/r1_add_users.ts'))
  test('lies in the first folder where there is no parent', () => {
    const settings = { ...project, migrations: ['/one', '/migrations'] }
    expect(create([], { revId: 'r1' }, settings).path).toBe('/one/r1_add_users.ts')
  })
  test('lies beside its parent', () => {
    const settings = { ...project, migrations: ['/one', '/migrations'] }
    expect(create(['a'], { revId: 'r1' }, settings).path).toBe('/migrations/r1_add_users.ts')
  })
})
