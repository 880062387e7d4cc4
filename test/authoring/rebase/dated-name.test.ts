import { basename } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { laterNames } from '../../../src/authoring/rebase/dated-name.ts'
import { revisionOf } from '../../support/graphs.ts'

const settings = { fileTemplate: '{year}{month}{day}{hour}{minute}_{rev}_{slug}', timezone: 'UTC' }
const now = new Date('2026-11-22T18:05:09.123Z')

const file = (name: string, revision = 'r1') => ({ ...revisionOf(revision), path: `/db/${name}` })

function renamed(
  names: readonly string[],
  { parent = 'parent.ts', ...changed }: Partial<typeof settings> & { parent?: string } = {},
): (string | undefined)[] {
  const moved = names.map((name, index) => file(name, `r${index + 1}`))
  const later = laterNames(moved, file(parent, 'r0'), { ...settings, ...changed }, now)
  return moved.map(({ revision }) => later.get(revision)).map((path) => path && basename(path))
}

describe('a name by the template', () => {
  test('shows now, and all else of it stays', () => {
    expect(renamed(['202601020304_r1_add_users.ts'])).toEqual(['202611221805_r1_add_users.ts'])
    expect(renamed(['202601020304_r1_another_slug.mjs'])).toEqual(['202611221805_r1_another_slug.mjs'])
    expect(renamed(['202601020304_r1.ts'])).toEqual(['202611221805_r1.ts'])
  })
  test('shows now in the time zone of the project', () => {
    expect(renamed(['202601020304_r1_x.ts'], { timezone: 'Asia/Kolkata' })).toEqual(['202611222335_r1_x.ts'])
  })
  test('may have its date anywhere', () => {
    const fileTemplate = '{rev}-{slug}-{day}.{month}.{year}'
    expect(renamed(['r1-x-02.01.2026.ts'], { fileTemplate })).toEqual(['r1-x-22.11.2026.ts'])
    expect(renamed(['r1_1700000000.ts'], { fileTemplate: '{rev}_{epoch}' })).toEqual(['r1_1795370709.ts'])
  })
  test('without a date stays, even where its id looks like one', () => {
    expect(renamed(['r1_x.ts'], { fileTemplate: '{rev}_{slug}' })).toEqual([undefined])
    const later = laterNames(
      [file('20260102_x.ts', '20260102')],
      file('p.ts', 'p'),
      { ...settings, fileTemplate: '{rev}_{slug}' },
      now,
    )
    expect(later.size).toBe(0)
  })
  test('that has a time and no year stays', () => {
    expect(renamed(['0304_r1.ts'], { fileTemplate: '{hour}{minute}_{rev}' })).toEqual([undefined])
  })
  test('in dated folders stays in its folder', () => {
    const fileTemplate = '{year}/{year}{month}_{rev}'
    const later = laterNames(
      [file('2025/202512_r1.ts')],
      file('x.ts', 'r0'),
      { ...settings, fileTemplate },
      now,
    )
    expect([...later.values()]).toEqual(['/db/2025/202611_r1.ts'])
  })
})

describe('a name of another origin', () => {
  test.each([
    ['20260102_x.ts', '20261122_x.ts'],
    ['2026010203-x.ts', '2026112218-x.ts'],
    ['202601020304_x.ts', '202611221805_x.ts'],
    ['20260102030405_x.ts', '20261122180509_x.ts'],
    ['20260102030405678-x.ts', '20261122180509123-x.ts'],
    ['1700000000_x.js', '1795370709_x.js'],
    ['1700000000000-x.ts', '1795370709123-x.ts'],
    ['2026-01-02-x.ts', '2026-11-22-x.ts'],
    ['2026-01-02T03-04-05-x.ts', '2026-11-22T18-05-09-x.ts'],
    ['2026-01-02T03:04:05.678Z_x.ts', '2026-11-22T18:05:09.123Z_x.ts'],
    ['20260102T030405Z.ts', '20261122T180509Z.ts'],
    ['2026_01_02_030405_x.ts', '2026_11_22_180509_x.ts'],
  ])('%s becomes %s', (before, after) => {
    expect(renamed([before])).toEqual([after])
  })
  test.each([
    '0001_x.ts',
    '00000001_x.ts',
    '20261302_x.ts',
    '123456789_x.ts',
    '20260102030_x.ts',
    'x_20260102.ts',
  ])('%s has no date, and stays', (name) => {
    expect(renamed([name])).toEqual([undefined])
  })
  test('that is UTC by its Z stays in UTC', () => {
    const names = ['2026-01-02T03:04:05Z_x.ts', '2026-01-02T03:04:05_x.ts']
    expect(renamed(names, { timezone: 'Asia/Kolkata' })).toEqual([
      '2026-11-22T18:05:09Z_x.ts',
      '2026-11-22T23:35:09_x.ts',
    ])
  })
  test('that is the id of its revision stays', () => {
    const id = '20260102_add_users'
    expect(laterNames([file(`${id}.ts`, id)], file('p.ts', 'p'), settings, now).size).toBe(0)
  })
})

describe('several names', () => {
  test('are one unit apart where they would tie', () => {
    expect(
      renamed(['202601020304_r1_x.ts', '202601020305_r2_y.ts', 'plain.ts', '202501020305_r4_z.ts']),
    ).toEqual(['202611221805_r1_x.ts', '202611221806_r2_y.ts', undefined, '202611221807_r4_z.ts'])
    expect(renamed(['20260101_x.ts', '20260102_y.ts'])).toEqual(['20261122_x.ts', '20261123_y.ts'])
  })
  test('come after a parent of this minute, and after one from the future', () => {
    expect(renamed(['202601020304_r1_x.ts'], { parent: '202611221805_r0_p.ts' })).toEqual([
      '202611221806_r1_x.ts',
    ])
    expect(renamed(['202601020304_r1_x.ts'], { parent: '203001312359_r0_p.ts' })).toEqual([
      '203002010000_r1_x.ts',
    ])
  })
  test('sort after the parent and in their order, whatever was there', () => {
    const date = fc.date({ min: new Date('2001-01-01'), max: new Date('2099-01-01'), noInvalidDate: true })
    const stamp = date.map((at) => at.toISOString().replace(/\D/g, ''))
    const lengths = fc.constantFrom(8, 12, 14, 17)
    fc.assert(
      fc.property(
        stamp,
        fc.array(stamp, { minLength: 1, maxLength: 6 }),
        lengths,
        (parent, stamps, length) => {
          const nameOf = (text: string) => `${text.slice(0, length)}_x.ts`
          const after = renamed(stamps.map(nameOf), { parent: nameOf(parent) })
          const all = [nameOf(parent), ...after.map(String)]
          expect(all).toEqual([...new Set(all)].sort())
        },
      ),
    )
  })
})
