/** One database of a fleet as a project of its own. */
import type { Project } from '../config/config.ts'
import type { Asking, DatabaseTarget } from '../config/databases.ts'
import { nearest } from '../nearest.ts'
import { noDatabases, noSuchName } from './errors.ts'

/** The project as if this were its only database; of a tenant's schema, only that is compared. */
export function projectOf(project: Project, target: DatabaseTarget): Project {
  const { name, url, tenantSchema, versionSchema, versionTable } = target
  const schemas = tenantSchema === undefined ? project.schemas : [tenantSchema]
  return { ...project, name, databases: undefined, url, tenantSchema, versionSchema, versionTable, schemas }
}

/**
 * The project of the database that is called so.
 *
 * @throws FLEET_NOT_CONFIGURED, FLEET_NO_MATCH, and what listing the databases throws
 */
export async function projectNamed(project: Project, name: string, asking: Asking): Promise<Project> {
  if (project.databases === undefined) throw noDatabases(project.file)
  const targets = await project.databases(asking)
  const target = targets.find((each) => each.name === name)
  if (target !== undefined) return projectOf(project, target)
  const names = targets.map((each) => each.name)
  throw noSuchName(name, names.length, nearest(name, names))
}
