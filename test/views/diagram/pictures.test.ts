/** The pictures of the examples, and that PlantUML draws them and schemas of applications. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { diagramOf } from '../../../src/views/diagram/model.ts'
import { plantumlDiagram } from '../../../src/views/diagram/plantuml.ts'
import { corpus } from '../../conformance/corpus.ts'
import { dbmig, repository } from '../../support/cli.ts'
import { plantumlVersion, renderPlantuml, textsOf } from '../../support/plantuml.ts'
import { catalogOf } from '../../support/schemas.ts'

const shop = join(repository, 'examples/shop')

test('the picture of the shop is what `npm run pictures` makes', async () => {
  const { exitCode, stdout } = await dbmig(['diagram', '--check', '../../docs/pictures/shop.svg'], {
    cwd: shop,
  })
  expect(stdout).toBe(`${join(repository, 'docs/pictures/shop.svg')} is up to date.`)
  expect(exitCode).toBe(0)
})

describe.skipIf(plantumlVersion() === null)('PlantUML', () => {
  test('draws the shop', async () => {
    const { stdout } = await dbmig(['diagram'], { cwd: shop })
    expect(textsOf(await renderPlantuml(stdout))).toEqual(
      expect.arrayContaining(['order_line', 'customer', 'order_status', 'shipped']),
    )
  })

  // More, and larger ones: files that `dbmig diagram` has written are arguments of test/support/plantuml.ts.
  test.skipIf(corpus === null).each(['concourse', 'danbooru', 'gisia'])(
    'draws the schema of %s',
    async (name) => {
      const catalog = await catalogOf(scriptOf(name))
      const drawn = diagramOf(catalog)
      const texts = new Set(textsOf(await renderPlantuml(plantumlDiagram(drawn))))
      expect(drawn.entities.filter((entity) => !texts.has(entity.name)).map((entity) => entity.name)).toEqual(
        [],
      )
    },
  )
})

/** Without what only psql understands. */
function scriptOf(name: string): string {
  return readFileSync(join(corpus ?? '', 'schemas', `${name}.sql`), 'utf8').replace(/^\\.*$/gm, '')
}
