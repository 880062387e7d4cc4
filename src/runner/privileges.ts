/** Looks before the first statement of a run whether the role may do what the revisions will do, as far as that is certain. */
import type { Session } from '../database/session.ts'
import type { Revision } from '../graph/revision.ts'
import { type Need, needsOf, nothingSeen } from '../sql/needs.ts'
import { type Missing, notAllowed } from './errors-privileges.ts'
import { migrationOf } from './migration.ts'
import { recordUntilStopped } from './record-sql.ts'
import type { LoadedStep, RunOptions } from './run.ts'

/** A look must not take as long as the run: no more revisions are looked at, which takes a third of a second. */
const mostRevisions = 500

interface Wanted {
  readonly revision: Revision
  readonly need: Need
}

/**
 * Nothing is asked where hooks run before the revisions, which may set a role, nor of a superuser.
 *
 * @throws RUNNER_NOT_ALLOWED with what is missing, and how to grant it
 */
export async function requirePrivileges(
  { session, hooks, settings }: Pick<RunOptions, 'session' | 'hooks' | 'settings'>,
  steps: readonly LoadedStep[],
): Promise<void> {
  if (hooks?.beforeRun || hooks?.beforeRevision || settings?.schema !== undefined) return
  if (await isSuperuser(session)) return
  const wanted = await neededBy(steps)
  if (wanted.length === 0) return
  const missing = await missingOf(session, wanted)
  if (missing.length > 0) throw notAllowed(await roleOf(session), missing)
}

/**
 * What the steps need, up to the first of which that cannot be said: one that reads, takes a right from elsewhere, or might do more
 * than send statements.
 */
async function neededBy(steps: readonly LoadedStep[]): Promise<Wanted[]> {
  const wanted: Wanted[] = []
  const seen = nothingSeen()
  for (const step of steps.slice(0, mostRevisions)) {
    const { revision, loaded } = step
    if (seen.over) break
    // The run calls it again, so that whatever else it did would be done twice; and one that waits for nothing else ends here.
    if (!loaded.harmless()) break
    const { statements, certain, stopped } = await recordUntilStopped(migrationOf(step), loaded)
    for (const need of needsOf(statements.slice(0, certain), seen)) wanted.push({ revision, need })
    // That it cannot be written down says nothing of how it runs.
    if (stopped !== null) break
  }
  return wanted
}

async function isSuperuser(session: Session): Promise<boolean> {
  const rows = await session.query<{ all: boolean }>(
    'select rolsuper as "all" from pg_roles where rolname = current_user',
  )
  return rows[0]?.all !== false
}

async function roleOf(session: Session): Promise<string> {
  const rows = await session.query<{ role: string }>('select current_user::text as role')
  return rows[0]?.role ?? ''
}

interface Facts {
  readonly database: string
  readonly mayCreate: boolean
  readonly currentSchema: string | null
  readonly schemas: Readonly<Record<string, { readonly may: boolean }>> | null
  readonly relations:
    | readonly {
        readonly place: number
        readonly name: string
        readonly owner: string
        readonly ownerIsSuperuser: boolean
        readonly owns: boolean
        readonly ownsSchema: boolean
      }[]
    | null
}

async function missingOf(session: Session, wanted: readonly Wanted[]): Promise<Missing[]> {
  const schemas = wanted.flatMap(({ need }) =>
    need.kind === 'schema' && need.schema !== null ? [need.schema] : [],
  )
  const names = wanted.map(({ need }) => (need.kind === 'owner' ? need.of : null))
  const [facts] = await session.query<Facts>(
    `select current_database()::text as database, current_schema()::text as "currentSchema",
       has_database_privilege(current_database(), 'create') as "mayCreate",
       (select json_object_agg(nspname, json_build_object('may', has_schema_privilege(oid, 'create'))) from pg_namespace
        where nspname = any ($1) or nspname = current_schema()) as schemas,
       (select json_agg(json_build_object('place', e.place, 'name', quote_ident(n.nspname) || '.' || quote_ident(c.relname),
          'owner', pg_get_userbyid(c.relowner), 'ownerIsSuperuser', (select rolsuper from pg_roles where oid = c.relowner), 'owns', pg_has_role(c.relowner, 'usage'), 'ownsSchema', pg_has_role(n.nspowner, 'usage')))
        from rows from (unnest($2::text[]), unnest($3::text[])) with ordinality as e (schema, name, place)
        join pg_class c on c.relname = e.name and c.relkind in ('r', 'p', 'v', 'm', 'i', 'I', 'S', 'f')
        join pg_namespace n on n.oid = c.relnamespace
        where case when e.schema is null then pg_table_is_visible(c.oid) else n.nspname = e.schema end) as relations`,
    [schemas, names.map((of) => of?.schema ?? null), names.map((of) => of?.name ?? null)],
  )
  if (facts === undefined) return []
  const relations = new Map((facts.relations ?? []).map((relation) => [relation.place, relation]))
  return wanted.flatMap(({ revision, need }, index): Missing[] => {
    if (need.kind === 'database') {
      return facts.mayCreate ? [] : [{ revision, kind: 'database', database: facts.database }]
    }
    if (need.kind === 'schema') {
      const schema = need.schema ?? facts.currentSchema
      // One that is not there is no matter of rights.
      const found = schema === null ? undefined : facts.schemas?.[schema]
      return schema === null || found?.may !== false
        ? []
        : [{ revision, kind: 'schema', schema, what: need.what }]
    }
    const relation = relations.get(index + 1)
    if (relation === undefined || relation.owns || (need.verb === 'drop' && relation.ownsSchema)) return []
    return [
      {
        revision,
        kind: 'owner',
        name: relation.name,
        owner: relation.owner,
        ownerIsSuperuser: relation.ownerIsSuperuser,
        verb: need.verb,
      },
    ]
  })
}
