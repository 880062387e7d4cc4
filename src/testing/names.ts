/** The names of databases for tests, which say whose they are. PostgreSQL takes 63 bytes. */

/**
 * @param group of the project
 * @param key of what it holds, on this server
 */
export function templateName(group: string, key: string): string {
  return `dbmig_template_${group}_${key}`
}

/** Matches every name that `templateName` gives a group, for PostgreSQL's `~`. */
export function templatePattern(group: string): string {
  return `^dbmig_template_${group}_[0-9a-f]+$`
}

/** @param owner the process that made it: see `ownerOf` */
export function cloneName(owner: string, count: number): string {
  return `dbmig_testing_${owner}_${count}`
}

/** Matches every name that `cloneName` gives, for PostgreSQL's `~`. */
export const clonePattern = '^dbmig_testing_[0-9a-f]{16}_[0-9]+$'

/** The owner that a name tells; null for a name of another kind. */
export function ownerOf(name: string): string | null {
  return /^dbmig_testing_([0-9a-f]{16})_\d+$/.exec(name)?.[1] ?? null
}
