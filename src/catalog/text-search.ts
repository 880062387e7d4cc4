/** Text search parsers, templates, dictionaries and configurations. */
import { identityOf, type ObjectBase } from './object.ts'
import {
  type AddressedRow,
  addressOf,
  type KindReader,
  notOfExtension,
  visibleName,
  withComment,
} from './reader.ts'

export interface TextSearchParser extends ObjectBase {
  readonly kind: 'text search parser'
  readonly schema: string
  /** `start = f`, `gettoken = g` …: its functions as the statement takes them. */
  readonly functions: readonly string[]
}

export interface TextSearchTemplate extends ObjectBase {
  readonly kind: 'text search template'
  readonly schema: string
  readonly functions: readonly string[]
}

export interface TextSearchDictionary extends ObjectBase {
  readonly kind: 'text search dictionary'
  readonly schema: string
  readonly template: string
  /** As PostgreSQL keeps them: `language = 'english', stopwords = 'english'`. */
  readonly options: string | null
}

/** `name = value`; the value is a number, a word, or a string in which quotes are doubled. */
const OPTION = /("(?:[^"]|"")*"|[\w$]+) = (E?'(?:[^']|'')*'|[^,]*)/g

/** The options of a dictionary by name, both as SQL has them. */
export function dictionaryOptions({ options }: TextSearchDictionary): ReadonlyMap<string, string> {
  return new Map([...(options ?? '').matchAll(OPTION)].map((match) => [match[1] ?? '', match[2] ?? '']))
}

/** The dictionaries, in order, that tokens of a type are looked up in. */
export interface TextSearchMapping {
  readonly token: string
  readonly dictionaries: readonly string[]
}

export interface TextSearchConfiguration extends ObjectBase {
  readonly kind: 'text search configuration'
  readonly schema: string
  readonly parser: string
  /** In the order of the parser's token types. */
  readonly mappings: readonly TextSearchMapping[]
}

interface NamedRow extends AddressedRow {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
}

interface FunctionsRow extends NamedRow {
  readonly functions: readonly string[]
}

interface DictionaryRow extends NamedRow {
  readonly template: string
  readonly options: string | null
}

interface ConfigurationRow extends NamedRow {
  readonly parser: string
  readonly mappings: readonly TextSearchMapping[]
}

export const textSearchParserReader: KindReader<TextSearchParser, FunctionsRow> = {
  kind: 'text search parser',
  query: () =>
    query(
      'pg_ts_parser',
      'prs',
      functionList({
        start: 'prsstart',
        gettoken: 'prstoken',
        end: 'prsend',
        headline: 'prsheadline',
        lextypes: 'prslextype',
      }),
    ),
  read: (row) => ({
    kind: 'text search parser',
    ...named('text search parser', row),
    functions: row.functions,
  }),
}

export const textSearchTemplateReader: KindReader<TextSearchTemplate, FunctionsRow> = {
  kind: 'text search template',
  query: () => query('pg_ts_template', 'tmpl', functionList({ init: 'tmplinit', lexize: 'tmpllexize' })),
  read: (row) => ({
    kind: 'text search template',
    ...named('text search template', row),
    functions: row.functions,
  }),
}

export const textSearchDictionaryReader: KindReader<TextSearchDictionary, DictionaryRow> = {
  kind: 'text search dictionary',
  query: () =>
    query(
      'pg_ts_dict',
      'dict',
      `(select ${visibleName('pg_ts_template_is_visible', 'tmpl', 'tmpl')} from pg_ts_template tmpl where tmpl.oid = o.dicttemplate) as template,
      o.dictinitoption as options`,
    ),
  read: (row) => ({
    kind: 'text search dictionary',
    ...named('text search dictionary', row),
    template: row.template,
    options: row.options,
  }),
}

export const textSearchConfigurationReader: KindReader<TextSearchConfiguration, ConfigurationRow> = {
  kind: 'text search configuration',
  query: () =>
    query(
      'pg_ts_config',
      'cfg',
      `(select ${visibleName('pg_ts_parser_is_visible', 'prs', 'prs')} from pg_ts_parser prs where prs.oid = o.cfgparser) as parser,
      (select coalesce(json_agg(json_build_object('token', token.alias, 'dictionaries', token.dictionaries) order by token.tokid), '[]')
        from (
          select t.tokid, t.alias, array_agg(m.mapdict::regdictionary::text order by m.mapseqno) as dictionaries
          from pg_ts_config_map m join ts_token_type(o.cfgparser) t on t.tokid = m.maptokentype
          where m.mapcfg = o.oid group by t.tokid, t.alias
        ) token) as mappings`,
    ),
  read: (row) => ({
    kind: 'text search configuration',
    ...named('text search configuration', row),
    parser: row.parser,
    mappings: row.mappings,
  }),
}

/** The four catalogs have the same shape under other prefixes. */
function query(catalog: string, prefix: string, columns: string): string {
  return `
    select ${addressOf(catalog, 'o.oid')}, n.nspname::text as schema, o.${prefix}name::text as name,
      description.description as comment, ${columns}
    from ${catalog} o
    join pg_namespace n on n.oid = o.${prefix}namespace
    ${withComment(catalog, 'o.oid')}
    where n.nspname = any ($1) and ${notOfExtension(catalog, 'o.oid')}
    order by 4, 5`
}

/** SQL: the functions that are set, as `option = name`. */
function functionList(columns: Readonly<Record<string, string>>): string {
  const items = Object.entries(columns).map(
    ([option, column]) => `case when o.${column}::oid <> 0 then '${option} = ' || o.${column}::text end`,
  )
  return `array_remove(array[${items.join(', ')}], null) as functions`
}

function named(
  kind: string,
  row: NamedRow,
): Omit<ObjectBase, 'kind' | 'schema'> & { readonly schema: string } {
  return {
    identity: identityOf(kind, row.schema, row.name),
    schema: row.schema,
    name: row.name,
    parent: null,
    comment: row.comment,
  }
}
