/** Who runs dbmig, for the log. */
import { hostname, userInfo } from 'node:os'
import { dbmigVersion } from '../version.ts'

export interface Actor {
  /** Null where the system does not know the user, as in a container without /etc/passwd entry. */
  readonly osUser: string | null
  readonly host: string
  readonly dbmigVersion: string
}

export function currentActor(): Actor {
  return { osUser: osUser(), host: hostname(), dbmigVersion: dbmigVersion() }
}

function osUser(): string | null {
  try {
    return userInfo().username
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR') return null
    throw error
  }
}
