/** The project that a pull works on: the configured one, or a new one in the working directory. */
import type { Config, Project } from '../../config/config.ts'
import { DbmigError } from '../../errors.ts'

/**
 * Loads the project; where there is no configuration, as that of a new project will be.
 *
 * @param load with another configuration than the one that is found
 * @returns the project, and whether its configuration must be written
 * @throws as loading a project does, but for a configuration that is missing
 */
export async function projectToPull(
  { config, sql }: { readonly config?: string | Config | undefined; readonly sql?: boolean | undefined },
  load: (more: { readonly config?: Config }) => Promise<Project>,
): Promise<{ readonly project: Project; readonly isNew: boolean }> {
  const found = await load({}).catch((error: unknown) => {
    if (error instanceof DbmigError && error.code === 'CONFIG_NOT_FOUND') return null
    throw error
  })
  if (found !== null && (found.file !== null || typeof config === 'object'))
    return { project: found, isNew: false }
  // Without a configuration a URL alone makes a project, whose schema nobody has chosen.
  const project = await load({ config: { schema: sql ? './schema.sql' : './schema.ts' } })
  return { project, isNew: true }
}
