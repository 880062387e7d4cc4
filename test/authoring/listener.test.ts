import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { diagram } from '../../src/authoring/diagram.ts'
import { types } from '../../src/authoring/types.ts'
import { loadProject } from '../../src/config/project.ts'
import { useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'

test.each([
  ['types', types, 'types.ts'],
  ['diagram', diagram, 'schema.puml'],
] as const)(
  'a listener that throws does not end %s, and its error comes when the file is written',
  async (_, command, output) => {
    const { url } = await useTestDatabase()
    const cwd = useProject({ 'schema.sql': 'create table users (id int primary key)' })
    const project = await loadProject({ cwd, env: {}, config: { url, schema: 'schema.sql' } })
    const onEvent = () => {
      throw new Error('not here')
    }
    await expect(command(project, { output, cwd, onEvent })).rejects.toMatchObject({
      code: 'RUNNER_LISTENER_FAILED',
      message: expect.stringMatching(/^The function onEvent threw at an event "progress": not here\./),
    })
    expect(existsSync(join(cwd, output))).toBe(true)
  },
)
