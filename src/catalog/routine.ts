/** Functions and procedures; aggregates are a kind of their own. */
import { type Identity, identityOf, type ObjectBase } from './object.ts'
import { type AddressedRow, addressOf, type KindReader, notOfExtension, withComment } from './reader.ts'

export interface Routine<K extends 'function' | 'procedure' = 'function' | 'procedure'> extends ObjectBase {
  readonly kind: K
  readonly schema: string
  /** The types of the input arguments, which are part of what it is called: `integer, text[]`. */
  readonly argumentTypes: string
  /** False where PostgreSQL has a function of that name and arguments itself, which is found first. */
  readonly visible: boolean
  /** The arguments as `drop` and `comment on` must name them to mean this one. */
  readonly signature: string
  /** What follows the name in `create function`, as `pg_get_functiondef` prints it. */
  readonly definition: string
  /** `SETOF users`, `TABLE(a integer)`; null of a procedure. */
  readonly returns: string | null
  /** Name and type of each output argument. */
  readonly outputs: readonly string[]
  /** The names of the input arguments, empty where they have none. */
  readonly inputNames: readonly string[]
  /** How many of the last input arguments have a default. */
  readonly defaults: number
  readonly window: boolean
  readonly language: string
  /** The body that is a string to PostgreSQL; null where it is parsed (`begin atomic`). */
  readonly body: string | null
}

export interface RoutineRow extends AddressedRow {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly argument_types: readonly string[]
  readonly visible: boolean
  readonly signature: string
  readonly definition: string
  readonly returns: string | null
  readonly outputs: readonly string[]
  readonly input_names: readonly string[]
  readonly defaults: number
  readonly window: boolean
  readonly language: string
  readonly body: string | null
}

export const functionReader = reader('function', `('f', 'w')`)
export const procedureReader = reader('procedure', `('p')`)

function reader<K extends 'function' | 'procedure'>(
  kind: K,
  prokinds: string,
): KindReader<Routine<K>, RoutineRow> {
  return {
    kind,
    query: () => `
      select ${addressOf('pg_proc', 'p.oid')}, n.nspname::text as schema, p.proname::text as name,
        description.description as comment, ${argumentTypes('p')} as argument_types,
        ${isVisible('p.oid')} as visible, pg_get_function_identity_arguments(p.oid) as signature,
        substr(pg_get_functiondef(p.oid), length('CREATE OR REPLACE ${kind} ' || quote_ident(n.nspname) || '.' || quote_ident(p.proname)) + 1) as definition,
        pg_get_function_result(p.oid) as returns,
        array(select concat_ws(' ', nullif(p.proargnames[place], ''), format_type(p.proallargtypes[place], null))
          from generate_subscripts(p.proallargtypes, 1) place where p.proargmodes[place] in ('o', 'b', 't') order by place) as outputs,
        array(select coalesce(p.proargnames[place], '') from generate_series(1, coalesce(array_length(p.proallargtypes, 1), p.pronargs)) place
          where coalesce(p.proargmodes[place], 'i') in ('i', 'b', 'v') order by place) as input_names,
        p.pronargdefaults::int4 as defaults, p.prokind = 'w' as window, l.lanname::text as language, case when p.prosqlbody is null then p.prosrc end as body
      from pg_proc p
      join pg_namespace n on n.oid = p.pronamespace
      join pg_language l on l.oid = p.prolang
      ${withComment('pg_proc', 'p.oid')}
      where p.prokind in ${prokinds} and n.nspname = any ($1) and ${ofItsOwn('p.oid')} and ${notOfExtension('pg_proc', 'p.oid')}
      order by n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)`,
    read: (row) => {
      const argumentTypes = row.argument_types.join(', ')
      return {
        kind,
        identity: routineIdentity(kind, row.schema, row.name, argumentTypes),
        schema: row.schema,
        name: row.name,
        parent: null,
        comment: row.comment,
        argumentTypes,
        visible: row.visible,
        signature: kind === 'procedure' ? row.signature : argumentTypes,
        definition: row.definition.trimEnd(),
        returns: row.returns,
        outputs: row.outputs,
        inputNames: row.input_names,
        defaults: row.defaults,
        window: row.window,
        language: row.language,
        body: row.body,
      }
    },
  }
}

/** `function:public.add(integer, integer)`. */
export function routineIdentity(kind: string, schema: string, name: string, argumentTypes: string): Identity {
  return `${identityOf(kind, schema, name)}(${argumentTypes})`
}

/** SQL: the types of a routine's input arguments, in order. */
export function argumentTypes(routine: string): string {
  return `array(select format_type(type, null) from unnest(${routine}.proargtypes) with ordinality as argument(type, place) order by place)`
}

/** SQL: whether the routine is what its bare name and arguments mean, were its schema the first of the search path. */
export function isVisible(oid: string): string {
  return `not exists (select from pg_proc own join pg_proc other on other.proname = own.proname and other.proargtypes = own.proargtypes
          where own.oid = ${oid} and other.oid <> own.oid and other.pronamespace = 'pg_catalog'::regnamespace)`
}

/** SQL: the routine is not a part of a type, as the constructors of ranges are. */
function ofItsOwn(oid: string): string {
  return `not exists (select from pg_depend part where part.classid = 'pg_proc'::regclass and part.objid = ${oid} and part.deptype = 'i')`
}
