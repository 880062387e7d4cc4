/** What is said of objects that do not differ, or whose definitions are long. */
import { describe, expect, test } from 'vitest'
import { differencesBetween, roundTrip } from '../support/schemas.ts'

describe('what is dropped to be made again', () => {
  const rest = `create table t (a int, g int generated always as (f(a)) stored); create index ai on t (f(a));
    create view v as select f(a) from t; create view w as select * from v`
  const made = (name: string): string =>
    `create function f(${name} int) returns int immutable language sql as $$select 1$$; ${rest}`

  test('is named at the drop, with the change at the root of it', async () => {
    const { up, down } = await roundTrip(made('a'), made('b'))
    for (const way of [up, down]) {
      expect(way).toMatch(
        /^\/\/ To be made again, since function f\(integer\) changes: [^\n]*view w[^\n]*view v[^\n]*\.\n/m,
      )
      expect(way).toMatch(/^\/\/ To be made again, since function f\(integer\) changes: [^\n]*column t\.g/m)
    }
  })

  test('but not what differs itself', async () => {
    const { up } = await roundTrip(
      'create table t (a int); create index i on t (a)',
      'create table t (a int); create index i on t (a desc)',
    )
    expect(up).not.toContain('To be made again')
  })
})

describe('two long values', () => {
  const columns = Array.from({ length: 60 }, (_, i) => `a${i}`)
  const table = `create table t (${columns.map((name) => `${name} int`).join(', ')})`

  test('are cut to where they differ', async () => {
    const view = (last: string): string =>
      `${table}; create view v as select ${[...columns.slice(0, 59), last].join(', ')} from t`
    const [summary = ''] = await differencesBetween(view('a59'), view('a59 + 1 as a59'))
    const [from, to] = summary.split(' → ')
    expect(from).toMatch(/^change view public\.v: query ….*a59 FROM t/)
    expect(to).toMatch(/^….*\(?a59 \+ 1\)? AS a59/)
  })

  test('that differ in white space alone say so', async () => {
    const routine = (body: string): string =>
      `create function f() returns int language sql as $$select${body}1$$`
    expect(await differencesBetween(routine(' '), routine('\n  '))).toEqual([
      'change function public.f(): definition differs in white space alone',
    ])
  })
})
