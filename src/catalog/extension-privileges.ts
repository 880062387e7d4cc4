/** What users granted and revoked on the members of an extension, whose own script says everything else of them. */
import { grantList } from './access.ts'
import { type Identity, identityOf, type ObjectBase } from './object.ts'
import { type Grant, type Grantable, normalGrants } from './privileges.ts'
import { type AddressedRow, addressOf, type KindReader } from './reader.ts'

export interface ExtensionPrivileges extends ObjectBase {
  readonly kind: 'extension privileges'
  readonly parent: Identity
  readonly what: Grantable
  /** The words of `grant … on`: `function`. */
  readonly words: string
  /** The member in SQL: `hstore(text,text)`. */
  readonly member: string
  readonly grants: readonly Grant[]
  /** What the extension itself gave. */
  readonly initial: readonly Grant[]
}

export interface ExtensionPrivilegesRow extends AddressedRow {
  readonly extension: string
  readonly what: Grantable
  readonly words: string
  readonly member: string
  readonly grants: readonly Grant[]
  readonly initial: readonly Grant[]
}

interface MemberCatalog {
  readonly catalog: string
  readonly owner: string
  readonly acl: string
  /** SQL, of the row `o`: the letter for `acldefault`, what `grant` calls it, and its name. */
  readonly letter: string
  readonly what: string
  readonly words: string
  readonly member: string
}

const MEMBERS: readonly MemberCatalog[] = [
  {
    catalog: 'pg_proc',
    owner: 'o.proowner',
    acl: 'o.proacl',
    letter: `'f'::"char"`,
    what: `'routine'`,
    words: `case o.prokind when 'p' then 'procedure' else 'function' end`,
    member: 'o.oid::regprocedure::text',
  },
  {
    catalog: 'pg_class',
    owner: 'o.relowner',
    acl: 'o.relacl',
    letter: `case o.relkind when 'S' then 's'::"char" else 'r'::"char" end`,
    what: `case o.relkind when 'S' then 'sequence' else 'table' end`,
    words: `case o.relkind when 'S' then 'sequence' else 'table' end`,
    member: 'o.oid::regclass::text',
  },
  {
    catalog: 'pg_type',
    owner: 'o.typowner',
    acl: 'o.typacl',
    letter: `'T'::"char"`,
    what: `'type'`,
    words: `'type'`,
    member: 'format_type(o.oid, null)',
  },
  {
    catalog: 'pg_namespace',
    owner: 'o.nspowner',
    acl: 'o.nspacl',
    letter: `'n'::"char"`,
    what: `'schema'`,
    words: `'schema'`,
    member: 'quote_ident(o.nspname)',
  },
  {
    catalog: 'pg_foreign_data_wrapper',
    owner: 'o.fdwowner',
    acl: 'o.fdwacl',
    letter: `'F'::"char"`,
    what: `'foreign data wrapper'`,
    words: `'foreign data wrapper'`,
    member: 'quote_ident(o.fdwname)',
  },
]

/** SQL: the items of an `aclitem[]` in a fixed order: granting and revoking leaves them in another. */
function items(acl: string): string {
  return `array(select item::text from unnest(${acl}) item order by 1)`
}

/** The members whose privileges are not those that the extension's script left (manual, section 53.23). */
function query({ catalog, owner, acl, letter, what, words, member }: MemberCatalog): string {
  const builtIn = `acldefault(${letter}, ${owner})`
  return `
    select ${addressOf('pg_init_privs', 'o.oid')}, e.extname::text as extension, ${what} as what, ${words} as words, ${member} as member,
      ${grantList(`coalesce(${acl}, ${builtIn})`, owner)} as grants,
      ${grantList(`coalesce(i.initprivs, ${builtIn})`, owner)} as initial
    from pg_depend d
    join pg_extension e on d.refclassid = 'pg_extension'::regclass and e.oid = d.refobjid
    join ${catalog} o on o.oid = d.objid
    left join pg_init_privs i on i.classoid = d.classid and i.objoid = d.objid and i.objsubid = 0 and i.privtype = 'e'
    where d.classid = '${catalog}'::regclass and d.deptype = 'e' and e.extname <> 'plpgsql'
      and ${acl} is distinct from i.initprivs and ${items(`coalesce(${acl}, ${builtIn})`)} <> ${items(`coalesce(i.initprivs, ${builtIn})`)}`
}

export const extensionPrivilegesReader: KindReader<ExtensionPrivileges, ExtensionPrivilegesRow> = {
  kind: 'extension privileges',
  query: () => `${MEMBERS.map(query).join('\n    union all')}\n    order by extension, words, member`,
  read: ({ extension, what, words, member, grants, initial }) => ({
    kind: 'extension privileges',
    identity: identityOf('extension privileges', extension, `${words} ${member}`),
    schema: null,
    name: `${words} ${member}`,
    parent: identityOf('extension', extension),
    comment: null,
    what,
    words,
    member,
    grants: normalGrants(grants),
    initial: normalGrants(initial),
  }),
}
