import pg from 'pg'
import { expect, inject, onTestFinished, test } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import type { Session } from '../../src/database/session.ts'
import { type ShadowContext, withShadow, withShadows } from '../../src/shadow/shadows.ts'
import { type TestDatabase, useTestDatabase, useTestRole } from '../support/database.ts'

const nameOf = async (session: Session) =>
  (await session.query<{ name: string }>('select current_database()::text as name'))[0]?.name ?? ''

async function exists(server: TestDatabase, name: string): Promise<boolean> {
  return (await server.query('select from pg_database where datname = $1', [name])).length > 0
}

test('a shadow is an empty database of its own, and is dropped when the function is done', async () => {
  const live = await useTestDatabase()
  await live.query('create table t ()')
  const name = await withShadow({ url: live.url, shadow: undefined }, async (shadow) => {
    expect(shadow.engine).toBe('server')
    expect(await shadow.query(`select to_regclass('t') as t`)).toEqual([{ t: null }])
    return nameOf(shadow)
  })
  expect(name).toMatch(/^dbmig_shadow_[0-9a-z]+_[0-9a-f]{8}$/)
  expect(await exists(live, name)).toBe(false)
})

test('a shadow is dropped when the function throws, and the error stays what it is', async () => {
  const live = await useTestDatabase()
  const error = new Error('of the function')
  let name = ''
  const running = withShadow({ url: live.url, shadow: 'server' }, async (shadow) => {
    name = await nameOf(shadow)
    throw error
  })
  await expect(running).rejects.toBe(error)
  expect(await exists(live, name)).toBe(false)
})

test('an abort ends what runs on a shadow, drops it, and is the error', async () => {
  const live = await useTestDatabase()
  const controller = new AbortController()
  const reason = new Error('Interrupted.')
  let name = ''
  const running = withShadow(
    { url: live.url, shadow: 'server', signal: controller.signal },
    async (shadow) => {
      name = await nameOf(shadow)
      const sleeping = shadow.query('select pg_sleep(60)')
      controller.abort(reason)
      await sleeping
    },
  )
  await expect(running).rejects.toBe(reason)
  expect(await exists(live, name)).toBe(false)
})

test('a shadow that is being made when the signal aborts is dropped too', async () => {
  const live = await useTestDatabase()
  const role = await useTestRole(live, 'createdb')
  const controller = new AbortController()
  const running = withShadows(
    { url: role.url, shadow: 'server', signal: controller.signal },
    async (shadows) => {
      shadows.prepare(2)
      controller.abort(new Error('Interrupted.'))
      await shadows.open()
    },
  )
  await expect(running).rejects.toThrowError('Interrupted.')
  const own = `select from pg_database where datname like 'dbmig_shadow%' and datdba = $1::regrole`
  expect(await live.query(own, [role.name])).toEqual([])
})

test('several shadows are different databases, prepared ahead or not', async () => {
  const live = await useTestDatabase()
  const names = await withShadows({ url: live.url, shadow: 'server' }, async (shadows) => {
    shadows.prepare(2)
    const sessions = [await shadows.open(), await shadows.open(), await shadows.open()]
    return Promise.all(sessions.map(nameOf))
  })
  expect(new Set(names).size).toBe(3)
  for (const name of names) expect(await exists(live, name)).toBe(false)
})

test('a shadow has the encoding, the collation and the settings of the live database', async () => {
  const server = await useTestDatabase()
  const live = `${server.name}_latin`
  const [{ icu } = { icu: false }] = await server.query<{ icu: boolean }>(
    `select current_setting('server_version_num')::int >= 150000 as icu`,
  )
  const provider = icu ? `locale_provider icu icu_locale 'de'` : ''
  await server.query(
    `create database ${live} template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' ${provider}`,
  )
  onTestFinished(async () => {
    const client = new pg.Client(inject('serverUrl'))
    await client.connect()
    await client.query(`drop database ${live} with (force)`)
    await client.end()
  })
  await server.query(`alter database ${live} set search_path = app, "$user", public`)
  await server.query(`alter database ${live} set app.tenant = 'it''s'`)
  await server.query(`alter role current_user in database ${live} set work_mem = '7MB'`)
  const url = server.url.replace(server.name, live)
  const facts = `
    select pg_encoding_to_char(encoding)::text as encoding, datcollate::text as collate, datctype::text as ctype,
           to_jsonb(d)->>'datlocprovider' as provider,
           coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale') as locale, current_setting('search_path') as path,
           current_setting('app.tenant') as tenant, current_setting('work_mem') as memory
    from pg_database d where datname = current_database()`
  const session = await openSession(url)
  const ofLive = await session.query(facts)
  await session.close()
  expect(ofLive).toMatchObject([
    { encoding: 'LATIN1', locale: icu ? 'de' : null, tenant: "it's", memory: '7MB' },
  ])
  expect(await withShadow({ url, shadow: 'server' }, (shadow) => shadow.query(facts))).toEqual(ofLive)
})

test('a shadow with a subscription is dropped', async () => {
  const live = await useTestDatabase()
  const name = await withShadow({ url: live.url, shadow: 'server' }, async (shadow) => {
    await shadow.query(`create subscription s connection 'host=nowhere' publication p with (connect = false)`)
    return nameOf(shadow)
  })
  expect(await exists(live, name)).toBe(false)
})

/** Creates and connects; again where another test's run was quick enough to drop it in between, as it should. */
async function connectTo(url: string, create: () => Promise<unknown>): Promise<pg.Client> {
  await create()
  const client = new pg.Client(url)
  try {
    await client.connect()
    return client
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '3D000') return connectTo(url, create)
    throw error
  }
}

test('what a crash left behind is dropped by a later run; what is young or in use is not', async () => {
  const live = await useTestDatabase()
  const old = Math.floor(Date.now() / 1000 - 90).toString(36)
  const young = Math.floor(Date.now() / 1000).toString(36)
  const random = live.name.slice(-8)
  // Other ages, so that no two of the names can be one.
  const older = Math.floor(Date.now() / 1000 - 120).toString(36)
  const orphan = `dbmig_shadow_${old}_${random}`
  const used = `dbmig_shadow_${older}_${random}`
  const fresh = `dbmig_shadow_${young}_${random}`
  const other = `dbmig_shadow_backup_${random}x`
  const all = [orphan, used, fresh, other]
  const create = (name: string) => live.query(`create database ${name} template template0`)
  for (const name of [orphan, fresh, other]) await create(name)
  const user = await connectTo(live.url.replace(live.name, used), () => create(used))
  onTestFinished(async () => {
    await user.end()
    const client = new pg.Client(inject('serverUrl'))
    await client.connect()
    for (const name of all) await client.query(`drop database if exists ${name} with (force)`)
    await client.end()
  })
  await withShadow({ url: live.url, shadow: 'server' }, async () => {})
  const left = []
  for (const name of all) if (await exists(live, name)) left.push(name)
  expect(left).toEqual([used, fresh, other])
})

test('where the role may not create databases, the shadow is embedded, and the user is told', async () => {
  const live = await useTestDatabase()
  const role = await useTestRole(live)
  const notices: string[] = []
  const context: ShadowContext = {
    url: role.url,
    shadow: undefined,
    notice: (message) => notices.push(message),
  }
  const engines = await withShadows(context, async (shadows) => {
    shadows.prepare()
    const sessions = [await shadows.open({ extensions: ['citext'] }), await shadows.open()]
    await sessions[0]?.query('create extension citext')
    return sessions.map((session) => session.engine)
  })
  expect(engines).toEqual(['pglite', 'pglite'])
  expect(notices).toHaveLength(1)
  expect(notices[0]).toMatch(
    /^The role "\w+" may not create databases on [\w.]+:\d+: the shadow database is an embedded PostgreSQL instead\.$/,
  )
})

test('where the role may not create databases and only a server will do, the message says what to do', async () => {
  const live = await useTestDatabase()
  const role = await useTestRole(live)
  const running = withShadow({ url: role.url, shadow: 'server' }, async () => {})
  await expect(running).rejects.toMatchObject({
    code: 'SHADOW_NOT_ALLOWED',
    message: expect.stringMatching(
      /^The role "(\w+)" may not create a shadow database on [\w.]+:\d+\. Run `alter role "\1" createdb` there, or set `shadow` to "pglite" or to the URL of another server\.$/,
    ),
  })
})

test('where neither the server nor an embedded database will do, the message says both', async () => {
  const live = await useTestDatabase()
  const role = await useTestRole(live)
  const context = { url: role.url, shadow: undefined, extensions: ['no_such_extension'] }
  await expect(withShadow(context, async () => {})).rejects.toMatchObject({
    code: 'SHADOW_NOT_ALLOWED',
    message: expect.stringContaining('and the embedded PostgreSQL that would take its place does not open'),
  })
})

test('a URL names the server for scratch databases', async () => {
  const scratch = await useTestDatabase()
  const engine = await withShadow(
    { url: 'pglite:memory', shadow: scratch.url },
    async (shadow) => shadow.engine,
  )
  expect(engine).toBe('server')
})

test.each([
  ['an embedded live database', { url: 'pglite:memory', shadow: undefined }],
  ['no live database', { url: undefined, shadow: undefined }],
  ['the setting "pglite"', { url: 'postgres://nobody@nowhere/x', shadow: 'pglite' }],
])('with %s the shadow is embedded', async (_name, context) => {
  expect(await withShadow(context, async (shadow) => shadow.engine)).toBe('pglite')
})

test.each([
  [
    { url: 'postgres://nobody@nowhere/x', shadow: false as const },
    'SHADOW_DISABLED',
    'This needs a shadow database, and the configuration says `shadow: false`. Set `shadow` to "server", to "pglite", or to the URL of a server for scratch databases.',
  ],
  [
    { url: 'pglite:memory', shadow: 'server' },
    'SHADOW_NO_SERVER',
    'The configuration says `shadow: "server"`, but `url` names no server. Set `shadow` to "pglite", or to the URL of a server for scratch databases.',
  ],
  [
    { url: undefined, shadow: 'sever' },
    'SHADOW_UNKNOWN',
    '`shadow: "sever"` is neither "server", "pglite", false nor a URL. Correct it in the configuration.',
  ],
])('%o cannot be: %s', async (context, code, message) => {
  await expect(withShadow(context, async () => {})).rejects.toMatchObject({ code, message, exitCode: 2 })
})

test('a server that cannot make the database says why', async () => {
  const live = await useTestDatabase()
  const role = await useTestRole(live, 'createdb connection limit 1')
  const running = withShadow({ url: role.url, shadow: 'server' }, async () => {})
  await expect(running).rejects.toMatchObject({ code: expect.stringMatching(/^DATABASE_/) })
})
