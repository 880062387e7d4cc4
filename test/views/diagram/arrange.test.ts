/** Where the boxes of large diagrams stand. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arrange } from '../../../src/views/diagram/arrange.ts'
import { columnsOf } from '../../../src/views/diagram/columns.ts'
import { type Diagram, type Entity, type Relation, UNMARKED } from '../../../src/views/diagram/diagram.ts'
import { sizeOf } from '../../../src/views/diagram/size.ts'

function table(number: number, columns: number, schema: string): Entity {
  const name = `table_${number}`
  return {
    ...{ kind: 'table', identity: `table:${schema}.${name}`, schema, name, comment: null, keys: [] },
    columns: Array.from({ length: columns }, (_, i) => ({
      ...{ name: `column_${i}`, type: 'integer', comment: null, enumType: null, notNull: true },
      ...{ primaryKey: false, foreignKey: false, unique: false, ...UNMARKED },
    })),
    ...{ partitionKey: null, partitions: 0, ...UNMARKED },
  }
}

function foreignKey(from: Entity, to: Entity): Relation {
  return {
    ...{ identity: `${from.identity} ${to.identity}`, name: '', from: from.identity, to: to.identity },
    ...{ fromColumns: [], toColumns: [], optional: true, many: true, onDelete: null, ...UNMARKED },
  }
}

const diagram: fc.Arbitrary<Diagram> = fc
  .record({
    sizes: fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom('public', 'a', 'b')), {
      minLength: 1,
      maxLength: 80,
    }),
    ends: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 120 }),
  })
  .map(({ sizes, ends }) => {
    const entities = sizes.map(([columns, schema], i) => table(i, columns, schema))
    const at = (place: number): Entity => entities[place % entities.length] ?? table(0, 0, 'public')
    return {
      ...{ defaultSchema: 'public', entities, enums: [], links: [], withoutColumns: false, compared: null },
      relations: ends.map(([from, to]) => foreignKey(at(from), at(to))),
    }
  })

describe('an arrangement', () => {
  test('has a place for each box, and no box lies on another, whatever circles there are', () => {
    fc.assert(
      fc.property(diagram, (drawn) => {
        const { places } = arrange(drawn)
        expect(places.size).toBe(drawn.entities.length)
        const rectangles = drawn.entities.map((entity) => {
          const { x, y } = places.get(entity.identity) ?? { x: Number.NaN, y: Number.NaN }
          const { width, height } = sizeOf(entity, false)
          return { left: x - width / 2, right: x + width / 2, bottom: y - height / 2, top: y + height / 2 }
        })
        rectangles.forEach((a, i) => {
          for (const b of rectangles.slice(i + 1)) {
            const isApart = a.right < b.left || b.right < a.left || a.top < b.bottom || b.top < a.bottom
            expect(isApart).toBe(true)
          }
        })
      }),
      { numRuns: 50 },
    )
  })

  test('is the same for the same diagram', () => {
    fc.assert(
      fc.property(diagram, (drawn) => {
        expect(arrange(drawn)).toEqual(arrange(structuredClone(drawn)))
      }),
      { numRuns: 10 },
    )
  })
})

test('what is referenced stands to the left of what references it', () => {
  const above: Readonly<Record<string, string[]>> = { b: ['a'], c: ['b'], d: ['a'] }
  const below: Readonly<Record<string, string[]>> = { a: ['b', 'd'], b: ['c'] }
  const graph = { above: (one: string) => above[one] ?? [], below: (one: string) => below[one] ?? [] }
  expect(columnsOf(['a', 'b', 'c', 'd'], graph, 1, () => 1)).toEqual([['a'], ['b'], ['c'], ['d']])
})
