/** The two states of a schema that `diff` compares, as they are typed. */
import { resolve } from 'node:path'
import { completeUrl, type Environment } from '../database/complete.ts'
import { againstAndRange, notTwoStates } from './errors-diff.ts'

export type State =
  /** The database that the project or `--url` names. */
  | { readonly kind: 'live' }
  /** The declared schema: the project's, or that of a file. */
  | { readonly kind: 'target'; readonly file: string | null }
  /** What a database is in which the target of the graph is applied, and what it stands on. */
  | { readonly kind: 'revision'; readonly target: string }
  | { readonly kind: 'database'; readonly url: string }

export interface StatesOptions {
  /** `A..B`: revisions, `live`, `target`; an open start is the base, an open end all heads. */
  readonly range?: string | undefined
  /** A second database, as a URL, or a file that declares a schema. */
  readonly against?: string | undefined
  /** What a file is relative to. */
  readonly cwd?: string | undefined
  /** Where `PG…` variables are read for what the URL leaves open. */
  readonly env?: Environment | undefined
}

export interface States {
  readonly from: State
  readonly to: State
}

/** @throws COMPARISON_STATES, COMPARISON_AGAINST_RANGE */
export function parseStates({ range, against, cwd = '.', env = {} }: StatesOptions): States {
  if (range !== undefined && against !== undefined) throw againstAndRange(range)
  if (against !== undefined) {
    const isUrl = /^pglite:|^[a-z][a-z0-9+.-]*:\/\//i.test(against)
    const to: State = isUrl
      ? { kind: 'database', url: completeUrl(against, env) }
      : { kind: 'target', file: resolve(cwd, against) }
    return { from: { kind: 'live' }, to }
  }
  if (range === undefined) return { from: { kind: 'live' }, to: { kind: 'target', file: null } }
  const [, from, to] = /^(.*?)\.\.(.*)$/s.exec(range.trim()) ?? []
  if (from === undefined || to === undefined || to.startsWith('.')) throw notTwoStates(range)
  const states = { from: stateOf(from, 'base'), to: stateOf(to, 'heads') }
  if (states.from.kind !== 'revision' && states.from.kind === states.to.kind) throw notTwoStates(range)
  return states
}

function stateOf(text: string, open: string): State {
  const word = text.trim()
  if (word === 'live') return { kind: 'live' }
  if (word === 'target') return { kind: 'target', file: null }
  return { kind: 'revision', target: word === '' ? open : word }
}
