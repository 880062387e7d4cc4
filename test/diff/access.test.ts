/** Who may use an object that was dropped and made again around a change. */
import { expect, test } from 'vitest'
import { readCatalog } from '../../src/catalog/read.ts'
import { runChanges } from '../../src/comparison/copy-schema.ts'
import { openSession } from '../../src/database/open.ts'
import { compareCatalogs } from '../../src/diff/compare.ts'
import { planChanges } from '../../src/diff/plan.ts'
import { useTestDatabase } from '../support/database.ts'
import { catalogOf } from '../support/schemas.ts'

/** The grants of a database's relations and functions, as PostgreSQL keeps them. */
const access = `
  select relname::text as name, coalesce(relacl, acldefault('r', relowner))::text as acl, pg_get_userbyid(relowner)::text as owner from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm')
  union all select proname, coalesce(proacl, acldefault('f', proowner))::text, pg_get_userbyid(proowner) from pg_proc where pronamespace = 'public'::regnamespace
  union all select attname, attacl::text, '' from pg_attribute where attacl is not null and attrelid > 16384
  order by 1`

test('views, materialized views and functions keep their owner and privileges, up and down', async () => {
  const schema = (type: string) => `create table t (id int, a ${type}); create view v as select id, a from t;
    create materialized view m as select a from t; create function f(x t) returns ${type} language sql as 'select x.a'`
  const target = await catalogOf(schema('varchar(20)'))
  const database = await useTestDatabase()
  const session = await openSession(database.url)
  const role = `reader_${database.name}`
  try {
    await session.execute(`create role ${role}; ${schema('varchar(10)')}`)
    await session.execute(`grant select on v, m to ${role}; grant update (a) on v to ${role} with grant option;
      grant select on t to public; revoke all on function f from public; grant execute on function f to ${role};
      alter view v owner to ${role}`)
    const before = await session.query(access)
    const live = await readCatalog(session, { schemas: ['*'], hiddenTables: [] })
    const ways = [
      { live, target: { ...target, access: live.access } },
      { live: { ...target, access: live.access }, target: live },
    ]
    for (const sides of ways) {
      const db = await session.kysely()
      await db
        .transaction()
        .execute((transaction) => runChanges(planChanges(compareCatalogs(sides), sides), transaction))
      expect(await session.query(access)).toEqual(before)
    }
  } finally {
    await session.execute(`drop owned by ${role}; drop role ${role}`)
    await session.close()
  }
})
