/** A plan as a file: the steps with their checksums, and the database and the ledger that they were made for. */
import { readFile } from 'node:fs/promises'
import type { LedgerRow } from '../../ledger/read.ts'
import { dbmigVersion } from '../../version.ts'
import { writeWhole } from '../../whole-file.ts'
import type { LoadedStep } from '../run.ts'
import { planNotWritten, planUnreadable } from './errors.ts'

/** A file of another version has another number. */
const VERSION = 1

export interface SavedPlan {
  readonly command: 'upgrade' | 'downgrade'
  /** As typed. */
  readonly target: string
  readonly retry: boolean
  readonly madeAt: string
  /** The version of dbmig that made it. */
  readonly dbmig: string
  readonly transaction: string
  readonly database: SavedDatabase
  /** What was applied, oldest first. */
  readonly ledger: readonly SavedRow[]
  readonly steps: readonly SavedStep[]
  /** The heads after the steps. */
  readonly heads: readonly string[]
}

export interface SavedDatabase {
  /** For a reader: its password is masked, and the same database may have several. */
  readonly address: string
  readonly name: string
  readonly oid: string
  /** Of the server's cluster, which is the same after a failover; null where the role may not ask for it. */
  readonly system: string | null
  /** The ledger's table. */
  readonly table: string
}

export interface SavedRow {
  readonly revision: string
  readonly status: string
  readonly appliedAt: string
}

export interface SavedStep {
  readonly revision: string
  readonly direction: 'up' | 'down'
  readonly message: string
  readonly checksum: string
}

export interface ToSave
  extends Pick<SavedPlan, 'command' | 'target' | 'retry' | 'transaction' | 'database' | 'heads'> {
  readonly rows: readonly LedgerRow[]
  readonly steps: readonly LoadedStep[]
}

export function savedPlan(from: ToSave): SavedPlan {
  const { command, target, retry, transaction, database, rows, steps, heads } = from
  return {
    ...{ command, target, retry, madeAt: new Date().toISOString(), dbmig: dbmigVersion() },
    ...{ transaction, database },
    ledger: rows.map(({ revision, status, appliedAt }) => ({ revision, status, appliedAt })),
    steps: steps.map(({ revision: { revision, message }, direction, loaded: { checksum } }) => ({
      ...{ revision, direction, message, checksum },
    })),
    heads,
  }
}

export function planText(plan: SavedPlan): string {
  return `${JSON.stringify({ dbmigPlan: VERSION, ...plan }, null, 2)}\n`
}

/**
 * Writes a plan, whole or not at all, over one that is there.
 *
 * @throws RUNNER_PLAN_NOT_WRITTEN
 */
export async function writePlan(path: string, plan: SavedPlan): Promise<void> {
  await writeWhole(path, planText(plan)).catch((error: unknown) => {
    throw planNotWritten(path, error)
  })
}

/** @throws RUNNER_PLAN_UNREADABLE */
export async function readPlan(path: string): Promise<SavedPlan> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw planUnreadable(path, 'it cannot be read', error)
  })
  return parsePlan(path, text)
}

/**
 * @param path what it is from: a file, or `-`
 * @throws RUNNER_PLAN_UNREADABLE
 */
export function parsePlan(path: string, text: string): SavedPlan {
  // What a pipe gives whose command has failed.
  if (text.trim() === '') throw planUnreadable(path, 'it is empty')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw planUnreadable(path, 'it is no JSON', error)
  }
  const version: unknown = Reflect.get(Object(value), 'dbmigPlan')
  if (typeof version !== 'number') throw planUnreadable(path, 'it is no plan of dbmig')
  if (version !== VERSION) {
    throw planUnreadable(path, `it is of version ${version}, and this dbmig reads version ${VERSION}`)
  }
  const wrong = wrongKey(value)
  if (wrong !== null) throw planUnreadable(path, `its ${wrong} is missing or not what dbmig writes`)
  return value as SavedPlan
}

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string'
const isWay: Check = (value) => value === 'up' || value === 'down'
const isNullOrText: Check = (value) => value === null || isText(value)
const isCommand: Check = (value) => value === 'upgrade' || value === 'downgrade'

const database = { address: isText, name: isText, oid: isText, system: isNullOrText, table: isText }
const row = { revision: isText, status: isText, appliedAt: isText }
const step = { revision: isText, direction: isWay, message: isText, checksum: isText }

const keys = {
  command: isCommand,
  target: isText,
  retry: (value) => typeof value === 'boolean',
  madeAt: isText,
  dbmig: isText,
  transaction: isText,
  database: (value) => has(value, database),
  ledger: (value) => Array.isArray(value) && value.every((each) => has(each, row)),
  steps: (value) => Array.isArray(value) && value.every((each) => has(each, step)),
  heads: (value) => Array.isArray(value) && value.every(isText),
} as const satisfies Record<keyof SavedPlan, Check>

function wrongKey(plan: unknown): string | null {
  return Object.entries(keys).find(([key, check]) => !check(Reflect.get(Object(plan), key)))?.[0] ?? null
}

function has(value: unknown, checks: Readonly<Record<string, Check>>): boolean {
  return Object.entries(checks).every(([key, check]) => check(Reflect.get(Object(value), key)))
}
