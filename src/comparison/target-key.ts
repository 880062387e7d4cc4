/** Whether the catalog of a declared schema may be kept, and under which key: a hash of all that could change it. */
import { createHash } from 'node:crypto'
import { relative } from 'node:path'
import { catalogQueries } from '../catalog/read.ts'
import { currentActor } from '../ledger/actor.ts'
import { classifyStatement, skeletonOf } from '../schema/classify-statement.ts'
import type { TargetStatement } from '../schema/target-statement.ts'

/** Raised when what is kept changes its form or meaning without a new version of dbmig. */
const FORMAT = 3

export interface KeyFacts {
  readonly root: string
  readonly statements: readonly TargetStatement[]
  /** What of the project and the live database shapes how the catalog is read. */
  readonly reading: unknown
  /** What of the place where it is built shapes it. */
  readonly place: string
}

/** The key; everything is hashed with its length, so that no two lists look alike. */
export function targetKey({ root, statements, reading, place }: KeyFacts): string {
  const hash = createHash('sha256')
  const add = (text: string): void => {
    hash.update(`${text.length}:`)
    hash.update(text)
  }
  add(JSON.stringify([FORMAT, currentActor().dbmigVersion, reading]))
  for (const query of catalogQueries(0)) add(query)
  add(place)
  for (const { sql, file, last } of statements) {
    add(file === null ? '' : relative(root, file))
    add(last ? 'last' : '')
    add(sql)
  }
  return hash.digest('hex')
}

/**
 * Whether the same statements make the same schema every time. What runs code (`do`, `select f()`) or reads the clock while
 * the schema is built may not.
 */
export function isReproducible(statements: readonly TargetStatement[]): boolean {
  return statements.every(({ sql }) => isFixed(sql))
}

const declares = /^(?:create|alter|drop|grant|revoke|security label)\b/i
/** Read as the time of the statement, for good: `default 'now'`. */
const timeWord = /'\s*(?:now|today|tomorrow|yesterday)\b/i
/** The bounds of a partition are computed when it is made. */
const computedBound =
  /\bfor\s+values\b[^;]*(?:\b(?!(?:from|to|in|with|range|list|hash)\b)\w+\s*\(|\b(?:current_|localtime))/is

function isFixed(sql: string): boolean {
  if (/^comment\s+on\b/i.test(sql)) return true
  if (timeWord.test(sql) || computedBound.test(sql)) return false
  if (declares.test(sql)) return true
  const skeleton = skeletonOf(sql)
  return declares.test(skeleton) || classifyStatement(sql).kind !== 'declaration' || isSequenceValue(skeleton)
}

/** pg_dump writes it for every sequence. It is data. */
function isSequenceValue(skeleton: string): boolean {
  return /^select pg_catalog ?\. ?setval ?\(/.test(skeleton)
}
