/** What can be wrong with what is asked of a fleet. */
import { DbmigError } from '../errors.ts'

function usage(code: string, message: string): DbmigError {
  return new DbmigError(code, message, { exitCode: 2 })
}

export function noDatabases(file: string | null): DbmigError {
  return usage(
    'FLEET_NOT_CONFIGURED',
    `${file ?? 'The configuration'} has no \`databases\`. List them there by name ({ acme: 'postgres://…' }), or leave out --all, --only and --database (from code: upgrade in place of upgradeAll, and so on).`,
  )
}

export function oneAndMany(name: string): DbmigError {
  return usage(
    'FLEET_ONE_AND_MANY',
    `--database names one database, "${name}", and --all and --only choose among all of them; leave out one of the two.`,
  )
}

/** A name alone is meant. */
export function noSuchName(name: string, total: number, meant: string | undefined): DbmigError {
  const called = `None of the ${total} databases is called "${name}"`
  const advice = /[*?]/.test(name)
    ? '; --database takes a name as it is, and --only takes patterns.'
    : meant === undefined
      ? '; "dbmig current --all" shows their names.'
      : `. Did you mean "${meant}"?`
  return usage('FLEET_NO_MATCH', `${called}${advice}`)
}

/** @param meant the nearest of their names */
export function noMatch(pattern: string, total: number, meant: string | undefined): DbmigError {
  const advice =
    meant === undefined ? '; * stands for any characters, ? for one.' : `. Did you mean "${meant}"?`
  return usage('FLEET_NO_MATCH', `None of the ${total} databases is called "${pattern}"${advice}`)
}

export function badShard(shard: string): DbmigError {
  return usage('FLEET_SHARD', `"${shard}" is no shard. Write which one of how many: 1/8, 2/8, … 8/8.`)
}

export function badConcurrency(concurrency: number): DbmigError {
  return usage(
    'FLEET_CONCURRENCY',
    `${concurrency} databases at a time make no sense; give a whole number from 1.`,
  )
}

/** Why nothing was done with a database. */
export function notStarted(why: 'interrupted' | 'failed'): DbmigError {
  const reason = why === 'interrupted' ? 'the run was interrupted' : 'another database failed before its turn'
  return new DbmigError('FLEET_NOT_STARTED', `Not started: ${reason}.`, {
    exitCode: why === 'interrupted' ? 130 : 1,
  })
}
