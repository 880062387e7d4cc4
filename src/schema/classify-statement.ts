/** What a statement of a target schema does beside declaring an object: settings, transactions, things that are not a database's. */
import { tokensOf } from '../sql/lexer.ts'

export type StatementClass =
  | { readonly kind: 'declaration' }
  /** Changes a setting of the session for what follows; `sql` is how to do so outside a transaction. */
  | { readonly kind: 'setting'; readonly name: string; readonly sql: string }
  | { readonly kind: 'reset all' }
  /** Begins or ends a transaction, or says something about one: no meaning here, and no harm. */
  | { readonly kind: 'transaction' }
  /** Undoes what stood before it. */
  | { readonly kind: 'rollback' }
  /** Changes what all databases of a server share, or the live database beside the shadow. */
  | { readonly kind: 'cluster-wide'; readonly what: string }
  /** The comment on a database: no part of its schema. */
  | { readonly kind: 'database comment' }

/** Enough of a statement to classify it. */
const skeletonLength = 2000

/** A statement on one line: words in lower case, without comments and bodies. */
export function skeletonOf(sql: string): string {
  let skeleton = ''
  let gap = false
  for (const token of tokensOf(sql)) {
    if (token.kind === 'space' || token.kind === 'comment') {
      gap = skeleton !== ''
      continue
    }
    const part = sql.slice(token.start, token.end)
    if (gap) skeleton += ' '
    gap = false
    if (token.kind === 'word') skeleton += part.toLowerCase()
    else skeleton += token.kind === 'string' && part.length > 100 ? "''" : part
    if (skeleton.length > skeletonLength) break
  }
  return skeleton
}

/** Classifies one statement. */
export function classifyStatement(sql: string): StatementClass {
  const skeleton = skeletonOf(sql)
  if (/^set\b/.test(skeleton)) return classifySet(skeleton, sql)
  if (/^reset\b/.test(skeleton)) {
    if (/^reset all$/.test(skeleton)) return { kind: 'reset all' }
    return { kind: 'setting', name: settingName(skeleton.slice('reset '.length)), sql }
  }
  const configured = /^select (?:pg_catalog ?\. ?)?set_config ?\( ?'([^']+)' ?,.*, ?(?:false|'f') ?\)$/.exec(
    skeleton,
  )?.[1]
  if (configured !== undefined) return { kind: 'setting', name: configured.toLowerCase(), sql }
  if (/^(?:rollback|abort|savepoint|release|prepare transaction|commit prepared)\b/.test(skeleton))
    return { kind: 'rollback' }
  if (/^(?:begin|start transaction|commit|end)\b/.test(skeleton)) return { kind: 'transaction' }
  if (/^comment on database\b/.test(skeleton)) return { kind: 'database comment' }
  const what = clusterWide(skeleton)
  return what === null ? { kind: 'declaration' } : { kind: 'cluster-wide', what }
}

/** The extension that a statement creates, or null. */
export function createdExtension(sql: string): string | null {
  if (!/extension/i.test(sql)) return null
  const name = /^create extension (?:if not exists )?("(?:[^"]|"")+"|[^\s";]+)/.exec(skeletonOf(sql))?.[1]
  return name === undefined ? null : unquote(name)
}

/** The relation that a statement creates, without its schema, or null. */
export function createdRelation(sql: string): string | null {
  const pattern =
    /^create (?:or replace )?(?:(?:global |local )?(?:temporary|temp) |unlogged |foreign |materialized )?(?:recursive )?(?:table|view) (?:if not exists )?(?:(?:"(?:[^"]|"")+"|[^\s".(]+) ?\. ?)?("(?:[^"]|"")+"|[^\s".(]+)/
  const name = pattern.exec(skeletonOf(sql))?.[1]
  return name === undefined ? null : unquote(name)
}

function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name
}

function classifySet(skeleton: string, sql: string): StatementClass {
  if (/^set (?:constraints|(?:local )?transaction|session characteristics)\b/.test(skeleton))
    return { kind: 'transaction' }
  // Transactions have no meaning here, so what a file sets for one it sets from there on.
  const scoped = /^set (?:local |session (?!authorization))?/
  const name = settingName(skeleton.replace(scoped, ''))
  return {
    kind: 'setting',
    name,
    sql: /^set local\b/.test(skeleton) ? sql.replace(/\blocal\b/i, 'session') : sql,
  }
}

/** The setting's name as RESET takes it. */
function settingName(rest: string): string {
  const words = /^(?:time zone|session authorization|xml option|[^\s=]+)/.exec(rest)?.[0] ?? rest
  const synonyms: Readonly<Record<string, string>> = {
    'time zone': 'timezone',
    'xml option': 'xmloption',
    names: 'client_encoding',
    schema: 'search_path',
  }
  return synonyms[words] ?? words
}

function clusterWide(skeleton: string): string | null {
  const kind = /^(?:create|alter|drop) (role|group|database|tablespace|user(?! mapping)|system)\b/.exec(
    skeleton,
  )?.[1]
  if (kind === 'system') return 'the settings of the whole server'
  if (kind === 'database') return 'a database'
  if (kind === 'tablespace') return 'a tablespace'
  if (kind !== undefined) return 'a role'
  if (/^comment on (?:role|tablespace)\b/.test(skeleton)) return 'a role or tablespace'
  if (!/^(?:grant|revoke)\b/.test(skeleton)) return null
  const names = skeleton.replaceAll(/"(?:[^"]|"")*"/g, '"')
  if (/ on (?:database|tablespace|parameter)\b/.test(names))
    return 'rights on a database, tablespace or server setting'
  return / on /.test(names) ? null : 'the membership of roles'
}
