/** Diagrams of schemas with names of every kind, read back by the parser of each format. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { identityOf } from '../../../src/catalog/object.ts'
import { svgOf } from '../../../src/graphviz.ts'
import { arrange } from '../../../src/views/diagram/arrange.ts'
import { dbmlDiagram } from '../../../src/views/diagram/dbml.ts'
import {
  type Diagram,
  type DrawnColumn,
  type DrawnEnum,
  type Entity,
  type Mark,
  type Marked,
  UNMARKED,
} from '../../../src/views/diagram/diagram.ts'
import { dotDiagram } from '../../../src/views/diagram/dot.ts'
import { mermaidDiagram } from '../../../src/views/diagram/mermaid.ts'
import { plantumlDiagram } from '../../../src/views/diagram/plantuml.ts'
import { labelsOf } from '../../../src/views/diagram/words.ts'
import { visible } from '../../../src/views/formats/visible.ts'
import { oddName } from '../../support/odd-names.ts'
import { readDbml, readDot, readMermaid } from '../../support/pictures.ts'
import { plantumlVersion, renderPlantuml, textsOf } from '../../support/plantuml.ts'

const marked: fc.Arbitrary<Marked> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(UNMARKED) },
  {
    weight: 1,
    arbitrary: fc.record({
      mark: fc.constantFrom<Mark>('added', 'removed', 'changed'),
      said: fc.array(oddName, { maxLength: 2 }),
    }),
  },
)
const comment = fc.option(oddName)

const column: fc.Arbitrary<DrawnColumn> = fc
  .record({
    name: oddName,
    type: fc.oneof(oddName, fc.constantFrom('numeric(10,2)', 'double precision', 'text[]')),
    primaryKey: fc.boolean(),
    foreignKey: fc.constant(false),
    unique: fc.boolean(),
    notNull: fc.boolean(),
    comment,
    enumType: fc.constant(null),
  })
  .chain((one) => marked.map((words) => ({ ...one, ...words })))

const box = fc.record({
  schema: fc.oneof(fc.constant('public'), oddName),
  name: oddName,
  comment,
  columns: fc.uniqueArray(column, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
  labels: fc.uniqueArray(oddName, { minLength: 1, maxLength: 3 }),
  kind: fc.constantFrom('table' as const, 'view' as const, 'enum' as const),
  words: marked,
})

/** The first two boxes are tables, and one references the other. */
const diagram: fc.Arbitrary<Diagram> = fc
  .record({
    boxes: fc.uniqueArray(box, {
      minLength: 2,
      maxLength: 5,
      // Signs that stand for what cannot be seen may make two names look the same.
      selector: ({ schema, name }) => visible(`${schema} . ${name}`),
    }),
    name: oddName,
    words: marked,
    compared: fc.option(
      fc.record({ from: oddName, to: oddName, elsewhere: fc.array(oddName, { maxLength: 2 }) }),
    ),
  })
  .map(({ boxes, name, words, compared }): Diagram => {
    const entities: Entity[] = []
    const enums: DrawnEnum[] = []
    boxes.forEach(({ kind, schema, name: own, comment: about, columns, labels, words: said }, i) => {
      const shared = { schema, name: own, comment: about, ...said }
      if (kind === 'enum' && i > 1)
        enums.push({
          ...shared,
          kind,
          identity: identityOf(kind, schema, own),
          labels: labels.map((label) => ({ name: label, ...UNMARKED })),
        })
      else {
        const sort = kind === 'enum' || i < 2 ? 'table' : kind
        const identity = identityOf(sort, schema, own)
        entities.push({
          ...shared,
          kind: sort,
          identity,
          columns,
          keys: [],
          partitionKey: null,
          partitions: 0,
        })
      }
    })
    const [first, second] = entities
    return {
      ...{ defaultSchema: 'public', entities, enums, links: [], withoutColumns: false, compared },
      relations:
        first === undefined || second === undefined
          ? []
          : [
              {
                ...{
                  identity: 'constraint:x',
                  name,
                  optional: true,
                  many: true,
                  onDelete: 'cascade',
                  ...words,
                },
                from: first.identity,
                fromColumns: first.columns.slice(0, 1).map((each) => each.name),
                to: second.identity,
                toColumns: second.columns.slice(0, 1).map((each) => each.name),
              },
            ],
    }
  })

const boxesOf = ({ entities, enums }: Diagram) => [...entities, ...enums]

describe('a diagram with names of every kind', () => {
  test('is read by Mermaid, with every box and the foreign key', async () => {
    await fc.assert(
      fc.asyncProperty(diagram, async (drawn) => {
        const read = await readMermaid(mermaidDiagram(drawn))
        const labelOf = labelsOf(drawn)
        const wanted = boxesOf(drawn).map(({ identity }) => visible(labelOf(identity)))
        expect(read.entities.map(({ name }) => name).sort()).toEqual(wanted.sort())
        expect(read.relations).toHaveLength(drawn.relations.length)
      }),
      { numRuns: 100 },
    )
  })

  test('is read by Graphviz, with every box, and laid out by it where it is large', async () => {
    await fc.assert(
      fc.asyncProperty(diagram, async (drawn) => {
        const { nodes, edges } = await readDot(dotDiagram(drawn))
        expect(nodes).toHaveLength(boxesOf(drawn).length)
        expect(edges.length).toBeGreaterThanOrEqual(drawn.relations.length)
        const svg = await svgOf(dotDiagram(drawn, arrange(drawn)), 'nop')
        expect(svg).toMatch(/<\/svg>\s*$/)
      }),
      { numRuns: 40 },
    )
  })

  test('is read by DBML, with every name as it is', () => {
    fc.assert(
      fc.property(diagram, (drawn) => {
        const { tables, enums, refs } = readDbml(dbmlDiagram(drawn))
        const namesOf = (all: readonly { schema?: string; name: string }[]) =>
          all.map(({ name }) => name).sort()
        expect(namesOf(tables)).toEqual(namesOf(drawn.entities))
        expect(namesOf(enums)).toEqual(namesOf(drawn.enums))
        expect(tables.flatMap(({ columns }) => columns.map(({ name }) => name)).sort()).toEqual(
          drawn.entities.flatMap(({ columns }) => columns.map(({ name }) => name)).sort(),
        )
        expect(refs.map(({ name }) => name)).toEqual(drawn.relations.map(({ name }) => name))
      }),
      { numRuns: 60 },
    )
  })

  test.skipIf(plantumlVersion() === null)('is drawn by PlantUML, with every name', async () => {
    const samples = fc.sample(diagram, Number(process.env['DBMIG_PLANTUML'] ?? 4))
    for (const drawn of samples) {
      const source = plantumlDiagram(drawn)
      const texts = textsOf(await renderPlantuml(source)).join(' ')
      const squeezed = texts.replace(/\s+/g, '')
      for (const { name } of boxesOf(drawn)) {
        expect(squeezed, source).toContain(visible(name).replace(/\s+/g, ''))
      }
    }
  })
})
