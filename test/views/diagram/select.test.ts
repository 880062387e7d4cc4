/** Parts of a diagram: by pattern, around a table, around what differs. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Diagram } from '../../../src/views/diagram/diagram.ts'
import { diagramOf } from '../../../src/views/diagram/model.ts'
import { type Selection, selectFrom } from '../../../src/views/diagram/select.ts'
import { catalogOf } from '../../support/schemas.ts'

let whole: Diagram

beforeAll(async () => {
  whole = diagramOf(
    await catalogOf(`
      create schema audit; create type mood as enum ('sad'); create type level as enum ('low');
      create table a (id int primary key); create table b (id int primary key, a int references a, m mood);
      create table c (id int primary key, b int references b); create table d (c int references c);
      create table audit.event (l level); create view v as select id from c`),
  )
})

function chosen(selection: Selection): string[] {
  const { entities, enums, relations, links } = selectFrom(whole, selection, 'target')
  const lines = [...relations, ...links].map(({ from, to }) => `${from.split('.')[1]}-${to.split('.')[1]}`)
  return [...entities.map(({ name }) => name), ...enums.map(({ name }) => name), ...lines]
}

describe('--only', () => {
  test('takes names, patterns and identities, with the enums of the columns and the lines between them', () => {
    expect(chosen({ only: ['b', 'a'] })).toEqual(['a', 'b', 'mood', 'b-a'])
    expect(chosen({ only: ['audit.*'] })).toEqual(['event', 'level'])
    expect(chosen({ only: ['view:*', 'enum:public.mood'] })).toEqual(['v', 'mood'])
  })

  test('of what is not there says so, and what was probably meant', () => {
    expect(() => chosen({ only: ['evnt'] })).toThrow(
      '--only "evnt" names no table, view or enum in target. Did you mean "event"?',
    )
  })
})

describe('--around', () => {
  test('takes what is one line away, in both directions, or as many as told', () => {
    expect(chosen({ around: 'b' })).toEqual(['a', 'b', 'c', 'mood', 'b-a', 'c-b'])
    expect(chosen({ around: 'a', depth: 0 })).toEqual(['a'])
    expect(chosen({ around: 'a', depth: 3 })).toEqual([
      'a',
      'b',
      'c',
      'd',
      'v',
      'mood',
      'b-a',
      'c-b',
      'd-c',
      'v-c',
    ])
  })

  test('an enum takes the tables with columns of it', () => {
    expect(chosen({ around: 'mood', depth: 1 })).toEqual(['b', 'mood'])
  })

  test('with --only is what both choose', () => {
    expect(chosen({ around: 'b', only: ['a', 'b', 'd'] })).toEqual(['a', 'b', 'mood', 'b-a'])
  })
})

test('--depth alone is of nothing', () => {
  expect(() => chosen({ depth: 2 })).toThrow('Write --around TABLE with it, or --diff A..B.')
})
