/** Sessions on PGlite: PostgreSQL inside this process. */
import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Extension, PGlite, Results } from '@electric-sql/pglite'
import { pgliteExtensionMissing, pgliteFailed, pgliteMissing } from './errors.ts'
import { type QueryResult, sharedKysely } from './kysely.ts'
import { noticeOf, type OnNotice } from './notice.ts'
import type { OpenOptions } from './open.ts'
import { noteStatement } from './pg-error.ts'
import { lockDirectory } from './pglite-lock.ts'
import type { Row, Session } from './session.ts'

type Convert = (value: string) => unknown

/**
 * Opens an embedded database.
 *
 * @param directory where it lives, made when missing; null for one in memory
 * @throws DATABASE_PGLITE_MISSING, DATABASE_PGLITE_IN_USE, DATABASE_PGLITE_FAILED
 */
export async function openPglite(directory: string | null, options: OpenOptions): Promise<Session> {
  const { PGlite } = await import('@electric-sql/pglite').catch((error: unknown) => {
    throw pgliteMissing(error)
  })
  const extensions = await loadExtensions(options.pgliteExtensions ?? [])
  const path = directory === null ? null : resolve(directory)
  if (path !== null) await mkdir(dirname(path), { recursive: true })
  const unlock = path === null ? async () => {} : await lockDirectory(path)
  let database: PGlite
  try {
    database =
      path === null
        ? await openInMemory(PGlite, extensions, options.pgliteData)
        : await PGlite.create({ dataDir: path, extensions })
  } catch (error) {
    await unlock()
    throw pgliteFailed(directory, error)
  }
  const prepare = await speakLikePg(database)
  let listener: OnNotice | undefined
  const onNotice = (notice: Parameters<typeof noticeOf>[0]) => listener?.(noticeOf(notice), 0)
  const run = async (sql: string, parameters: readonly unknown[]): Promise<QueryResult> => {
    try {
      if (parameters.length > 0)
        return resultOf(await database.query(sql, parameters.map(prepare), { onNotice }), sql)
      // As pg does, a statement without parameters goes the simple way, which takes several at once.
      const results = await database.exec(sql, { onNotice })
      const [only] = results
      return only !== undefined && results.length === 1
        ? resultOf(only, sql)
        : { command: '', rowCount: null, rows: [] }
    } catch (error) {
      noteStatement(error, sql)
      throw error
    }
  }
  const query = async <R = Row>(sql: string, parameters: readonly unknown[] = []) =>
    (await run(sql, parameters)).rows as R[]
  const close = async () => {
    if (database.closed) return
    await database.close()
    await unlock()
  }
  try {
    const facts = await query<{ version: number }>(
      `select current_setting('server_version_num')::int as version`,
    )
    return {
      engine: 'pglite',
      address: `pglite:${directory ?? 'memory'}`,
      serverVersion: facts[0]?.version ?? 0,
      pid: null,
      pooled: false,
      readOnly: null,
      another: null,
      query,
      async queryAll(statements) {
        const script = statements.join(';\n')
        try {
          return (await database.exec(script)).map(({ rows }) => rows)
        } catch (error) {
          noteStatement(error, script)
          throw error
        }
      },
      async execute(script) {
        await run(script, [])
      },
      kysely: sharedKysely(run),
      hear(next) {
        listener = next
      },
      // PGlite runs in this very thread: whoever can call this, no statement runs.
      async cancel() {},
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** The empty cluster, once initialised: initdb takes 2.3 s, a copy of what it made 0.6 s (PGlite 0.5.11). */
let emptyCluster: Promise<Blob> | undefined

async function openInMemory(
  engine: typeof PGlite,
  extensions: Record<string, Extension>,
  data: Blob | undefined,
): Promise<PGlite> {
  if (data !== undefined) return engine.create({ loadDataDir: data, extensions })
  if (emptyCluster !== undefined) return engine.create({ loadDataDir: await emptyCluster, extensions })
  const database = await engine.create({ extensions })
  emptyCluster = database.dumpDataDir('none')
  await emptyCluster
  return database
}

async function loadExtensions(names: readonly string[]): Promise<Record<string, Extension>> {
  const extensions: Record<string, Extension> = {}
  for (const name of names) {
    if (name === 'plpgsql') continue
    const key = name.replaceAll('-', '_')
    // pgvector has an entry of its own; contrib's are below one folder.
    const specifier = `@electric-sql/pglite/${key === 'vector' ? '' : 'contrib/'}${key}`
    const module = (await import(specifier).catch((error: unknown) => {
      throw pgliteExtensionMissing(name, error)
    })) as Record<string, Extension>
    const extension = module[key]
    if (extension === undefined) throw pgliteExtensionMissing(name, undefined)
    extensions[key] = extension
  }
  return extensions
}

function resultOf(result: Results<Row>, sql: string): QueryResult {
  // PGlite before 0.5 does not say which command it ran.
  const command = result.command ?? /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? ''
  return { command, rowCount: result.affectedRows ?? result.rows.length, rows: result.rows }
}

/**
 * Makes values cross as they do with pg: the same JavaScript types out, the same text in.
 *
 * @returns what turns a parameter into text
 */
async function speakLikePg(database: PGlite): Promise<(value: unknown) => unknown> {
  const { default: pg } = await import('pg')
  const { utils } = pg as typeof pg & { utils: { prepareValue(value: unknown): string | Buffer | null } }
  const known = [...Object.keys(database.parsers).map(Number), ...Object.values(pg.types.builtins)]
  for (const oid of known) {
    if (typeof oid === 'number') database.parsers[oid] = pg.types.getTypeParser(oid, 'text') as Convert
  }
  // Parameters arrive here as text already; PGlite must not convert them once more.
  for (const oid of Object.keys(database.serializers))
    database.serializers[oid] = (text: unknown) => String(text)
  return (value) => {
    const prepared = utils.prepareValue(value)
    return Buffer.isBuffer(prepared) ? `\\x${prepared.toString('hex')}` : prepared
  }
}
