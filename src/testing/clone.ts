/** From what a test asks for to a copy of the template that has it. */
import type { Kysely } from 'kysely'
import { loadProject, requireUrl } from '../config/project.ts'
import type { TestDatabaseOptions } from '../testing.ts'
import { templateOf } from './template.ts'

/** A copy, and how to use and to end it. */
export interface Clone {
  readonly url: string
  readonly open: () => Promise<Kysely<unknown>>
  readonly drop: () => Promise<void>
}

export async function makeClone(options: TestDatabaseOptions): Promise<Clone> {
  const { cwd = '.', config, url, migrations, target = 'heads', env = {}, args } = options
  const project = await loadProject({
    ...{ cwd, env, args },
    overrides: { url, migrations },
    ...(typeof config === 'object' ? { config } : { configFile: config }),
  })
  const address = requireUrl(project)
  const template = templateOf(project, target)
  if (address.startsWith('pglite:')) {
    const { cloneEmbedded } = await import('./embedded.ts')
    return cloneEmbedded(template)
  }
  const { cloneOnServer } = await import('./server.ts')
  return cloneOnServer(address, template)
}
