/** Where the feet of foreign keys stand. */
import { expect, test } from 'vitest'
import { svgOf } from '../../../src/graphviz.ts'
import { arrange } from '../../../src/views/diagram/arrange.ts'
import type { Diagram } from '../../../src/views/diagram/diagram.ts'
import { dotDiagram } from '../../../src/views/diagram/dot.ts'
import { diagramOf } from '../../../src/views/diagram/model.ts'
import { sizeOf } from '../../../src/views/diagram/size.ts'
import { catalogOf } from '../../support/schemas.ts'

async function drawn(): Promise<Diagram> {
  return diagramOf(
    await catalogOf(`
      create table a (id int primary key, up int references a, "Ärger & WWW" text); comment on column a.up is 'who leads'; comment on table a is 'all';
      create table b (x int references a, y int not null references a, z numeric(10, 2));
      create table c (x int not null references a)`),
  )
}

function edgesOf(dot: string): string[] {
  return [...dot.matchAll(/^ {2}(\S+ -> \S+) \[.*?(arrow.*?=\w+(?: arrow\w+=\w+)?)?[ \]]/gm)].map(
    ([, ends = '', feet = '']) => `${ends} ${feet}`.trim(),
  )
}

test('"one" and "zero or one" begin at ports of their own where both begin at a row', async () => {
  expect(edgesOf(dotDiagram(await drawn()))).toEqual([
    '"public.a" -> "public.a" arrowtail=teeodot arrowhead=crowodot',
    '"public.a":o0:e -> "public.b":l0:w arrowtail=teeodot arrowhead=crowodot',
    '"public.a":r0:e -> "public.b":l1:w arrowtail=teetee arrowhead=crowodot',
    '"public.a":r0:e -> "public.c":l0:w arrowtail=teetee arrowhead=crowodot',
  ])
})

test('in a large diagram each foot is level, at a point beside the box that its lines share', async () => {
  const diagram = await drawn()
  const { places } = arrange(diagram)
  const dot = dotDiagram(diagram, arrange(diagram))
  const points = new Map(
    [...dot.matchAll(/^ {2}(p\d+) \[.*pos="([\d.-]+),([\d.-]+)"/gm)].map(([, name = '', x, y]) => [
      name,
      { x: Number(x), y: Number(y) },
    ]),
  )
  expect(points.size).toBe(6)
  const svg = await svgOf(dot, 'nop')
  const ends = [
    ...svg.matchAll(
      /<title>(p\d+)&#45;&gt;[^<]*<\/title>\n<path [^>]* d="M([\d.-]+),([\d.-]+)C[^"]* ([\d.-]+),([\d.-]+)"/g,
    ),
  ]
  expect(ends).toHaveLength(6)
  for (const [, , , startY, , endY] of ends) {
    expect(Math.abs(Number(startY) - Number(endY))).toBeLessThan(0.6)
  }
  const [a] = diagram.entities
  const place = places.get(a?.identity ?? '')
  const right = (place?.x ?? 0) + (a === undefined ? 0 : sizeOf(a, false).width / 2)
  expect([...points.values()].filter(({ x }) => Math.abs(x - right - 16) < 0.1)).toHaveLength(3)
})

test('a box is as large as it is taken to be', async () => {
  const diagram = await drawn()
  const svg = await svgOf(dotDiagram(diagram, arrange(diagram)), 'nop')
  const [a] = diagram.entities
  const { width, height } = a === undefined ? { width: 0, height: 0 } : sizeOf(a, false)
  const [, points = ''] =
    /<title>public\.a<\/title>[\s\S]*?<polygon fill="none"[^>]* points="([^"]*)"/.exec(svg) ?? []
  const corners = points.split(' ').map((point) => point.split(',').map(Number))
  const spanOf = (axis: 0 | 1): number => {
    const all = corners.map((corner) => corner[axis] ?? 0)
    return Math.max(...all) - Math.min(...all)
  }
  expect(Math.abs(spanOf(0) - width)).toBeLessThan(2)
  expect(Math.abs(spanOf(1) - height)).toBeLessThan(2)
})
