/** What Mermaid has no syntax for, and how it is written nevertheless. */
import { expect, test } from 'vitest'
import { mermaidDiagram } from '../../../src/views/diagram/mermaid.ts'
import { diagramOf } from '../../../src/views/diagram/model.ts'
import { readMermaid } from '../../support/pictures.ts'
import { catalogOf } from '../../support/schemas.ts'

test('kinds and comments stand beside the name, and the line of a view has no crow’s feet', async () => {
  const text = mermaidDiagram(
    diagramOf(
      await catalogOf(`
        create type mood as enum ('sad'); create table users (id int, m mood); comment on table users is 'those who log in';
        create view v as select id from users; create table plain (id int)`),
    ),
  )
  expect(text.split('\n').filter((line) => /^ {2}["]/.test(line))).toEqual([
    '  "plain" {',
    '  "users"["users#58; those who log in"] {',
    '  "v"["v (view)"] {',
    '  "mood"["mood (enum)"] {',
    '  "users" ||..|| "v" : "is read by"',
  ])
  const { entities } = await readMermaid(text)
  expect(entities.map(({ name, attributes }) => [name, attributes.length])).toEqual([
    ['plain', 1],
    ['users', 2],
    ['v', 1],
    ['mood', 1],
  ])
})
