/** The walks that Alembic 1.20 was seen to do, as recorded in ../shared/traversal, and what dbmig's plans make of each. */

import { existsSync, readFileSync } from 'node:fs'
import { DbmigError } from '../../src/errors.ts'
import { expandHeads, headsOfApplied } from '../../src/graph/applied.ts'
import { planDowngrade } from '../../src/graph/downgrade.ts'
import { buildGraph } from '../../src/graph/graph.ts'
import type { Step } from '../../src/graph/revision.ts'
import { planStamp } from '../../src/graph/stamp.ts'
import { planUpgrade } from '../../src/graph/upgrade.ts'
import { afterSteps } from '../support/graphs.ts'

export interface Walk {
  readonly name: string
  readonly revisions: readonly { id: string; down: string[]; depends_on: string[]; labels: string[] }[]
  /** The version table: heads. */
  readonly current: readonly string[]
  readonly command: 'upgrade' | 'downgrade' | 'stamp'
  readonly target: string
  readonly steps?: readonly { dir: 'up' | 'down'; id: string }[]
  readonly result?: readonly string[]
  readonly order?: 'forced' | 'tiebreak' | 'unordered'
  readonly heads_after?: readonly (readonly string[])[]
  readonly error_kind?: string
  readonly quirk?: string
}

const FOLDER = new URL('../../../shared/traversal/', import.meta.url)

/** dbmig's codes for the kinds of error that the cases name. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  not_found: [
    'GRAPH_UNKNOWN_REVISION',
    'GRAPH_UNKNOWN_LABEL',
    'GRAPH_AMBIGUOUS_PREFIX',
    'GRAPH_UNKNOWN_ROWS',
    'GRAPH_NOT_IN_BRANCH',
  ],
  multiple_heads: ['GRAPH_MULTIPLE_HEADS'],
  relative_out_of_range: ['GRAPH_RELATIVE_OUT_OF_RANGE'],
  walked_too_far: ['GRAPH_WALKED_TOO_FAR'],
  ambiguous_walk: ['GRAPH_AMBIGUOUS_WALK'],
  ambiguous_current: ['GRAPH_AMBIGUOUS_CURRENT'],
  not_ancestor: ['GRAPH_NOT_APPLIED'],
  overlap: ['GRAPH_OVERLAPPING_ROWS'],
  row_mismatch: ['GRAPH_DUPLICATE_ROWS'],
  range_online: ['GRAPH_RANGE_NOT_ALLOWED'],
  cycle: ['GRAPH_CYCLE', 'GRAPH_SELF_PARENT', 'GRAPH_SELF_DEPENDENCY'],
  duplicate_label: ['GRAPH_DUPLICATE_LABEL', 'GRAPH_LABEL_IS_ID'],
  illegal_id: ['GRAPH_ILLEGAL_NAME'],
}

/**
 * What dbmig does in the cases marked as quirks of Alembic, and why: the steps as signed ids, or the code of an error.
 */
const BETTER: Readonly<Record<string, { readonly outcome: string; readonly because: string }>> = {
  'linear/upgrade head-6 from [b]: head-6 (past base)': {
    outcome: 'GRAPH_WALKED_TOO_FAR',
    because: 'the number is too large, and Alembic crashes',
  },
  'linear/downgrade base from [a,c]: overlapping rows not detected': {
    outcome: 'GRAPH_OVERLAPPING_ROWS',
    because:
      'a table of heads that holds an ancestor of a head is as wrong for a downgrade as for an upgrade',
  },
  'partial/upgrade def from []: prefix also matches branch label': {
    outcome: '+abc123000001 +abc124000002 +def456000003',
    because: 'only ids have prefixes, so a label does not hide the start of an id',
  },
  'partial/upgrade defb from []: label prefix resolves the labelled revision': {
    outcome: 'GRAPH_UNKNOWN_REVISION',
    because: 'labels are written whole; the message names the label',
  },
  'partial/upgrade head from [abc124]: db row itself partial': {
    outcome: 'GRAPH_UNKNOWN_ROWS',
    because: 'a cut-off id in the table is no revision; the message names the nearest',
  },
  'branched/downgrade left@base from [d1,d2]: left@base from both: goes to shared root => drops everything': {
    outcome: '-d1 -c1',
    because: 'a and b do not belong to left alone: right stands on them',
  },
  'branched/downgrade -1 from [d1,d2]: -1 from two heads (first db row wins) order d1,d2': {
    outcome: 'GRAPH_AMBIGUOUS_CURRENT',
    because: 'the order of rows in a table means nothing; the message says what to type',
  },
  'branched/downgrade -1 from [c1,d2]: -1 from unbalanced order c1,d2': {
    outcome: 'GRAPH_AMBIGUOUS_CURRENT',
    because: 'the order of rows in a table means nothing',
  },
  'branched/downgrade -2 from [d1,d2]: -2 from two heads': {
    outcome: 'GRAPH_AMBIGUOUS_CURRENT',
    because: 'the order of rows in a table means nothing',
  },
  'branched/downgrade nosuch@base from [d1]: nosuch@base': {
    outcome: 'GRAPH_UNKNOWN_LABEL',
    because: 'a label that does not exist is always an error',
  },
  'forest/downgrade -1 from [c1,c2]: -1 two rows c1,c2': {
    outcome: 'GRAPH_AMBIGUOUS_CURRENT',
    because: 'the order of rows in a table means nothing',
  },
  'deps/downgrade a2 from [n3]: to a2 noop-ish from n3 only': {
    outcome: '',
    because: 'a2 is applied and nothing is applied above it, so the database is there',
  },
  'subbranch/downgrade alib@a2 from [a3x,a3y,z1]: alib@a2 label sits BELOW the split: filter leaves nothing':
    {
      outcome: '-a3x -a3y',
      because: 'both children of a2 belong to alib',
    },
}

/** Stamps that Alembic refuses and dbmig does not. */
const ALSO_STAMPS: Readonly<Record<string, string>> = {
  'stamp/stamp +1 from [b]: relative +1 unsupported': '+c',
  'stamp/stamp head-1 from [b]: head-1': '+c +d',
}

interface Run {
  readonly steps: readonly string[]
  readonly heads: readonly (readonly string[])[]
  readonly result: readonly string[]
}

function run({ revisions, current, command, target }: Walk): Run {
  const graph = buildGraph(
    revisions.map(({ id, down, depends_on, labels }) => ({
      revision: id,
      downRevisions: down,
      branchLabels: labels,
      dependsOn: depends_on,
      replaces: [],
      message: '',
      createDate: null,
      path: `${id}.ts`,
    })),
  )
  const applied = expandHeads(graph, current)
  const plan = { upgrade: planUpgrade, downgrade: planDowngrade, stamp: stampSteps }[command]
  const steps = plan(graph, applied, target)
  const headsOf = (set: ReadonlySet<string>): string[] =>
    headsOfApplied(graph, set)
      .map(({ revision }) => revision)
      .sort()
  return {
    steps: steps.map(signed),
    heads: steps.map((_, index) => headsOf(afterSteps(applied, steps.slice(0, index + 1)))),
    result: headsOf(afterSteps(applied, steps)),
  }
}

function stampSteps(...[graph, applied, target]: Parameters<typeof planUpgrade>): readonly Step[] {
  return planStamp(graph, applied, [target]).steps
}

function signed({ direction, revision }: Step): string {
  return (direction === 'up' ? '+' : '-') + revision.revision
}

/** The code of the error that ends it, or null. */
function codeOf(act: () => unknown): string | null {
  try {
    act()
  } catch (error) {
    if (error instanceof DbmigError) return error.code
    throw error
  }
  return null
}

const sorted = (words: readonly string[] = []): string[] => [...words].sort()
const wantedSteps = ({ steps = [] }: Walk): string[] =>
  steps.map(({ dir, id }) => (dir === 'up' ? '+' : '-') + id)

/** Whether the folder of cases lies beside the repository. */
export const present = existsSync(FOLDER)

/** Every recorded walk, stamps included; none where the folder is not there. */
export function readWalks(): readonly Walk[] {
  return ['cases.json', 'stamp.json'].flatMap((file) => {
    if (!present) return []
    const walks: readonly Walk[] = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))
    return walks
  })
}

export type Group = 'forced' | 'tiebreak' | 'error' | 'quirk' | 'stamp'

/** How much of a walk is fixed. */
export function groupOf(walk: Walk): Group {
  if (walk.command === 'stamp') return 'stamp'
  if (walk.quirk !== undefined) return 'quirk'
  if (walk.error_kind !== undefined) return 'error'
  return walk.order === 'forced' ? 'forced' : 'tiebreak'
}

/**
 * What must come out of a walk, and what does: equal where dbmig is right.
 *
 * A walk with one order must take the same steps, with the same heads after each; one with several the same set of steps to the
 * same heads; an error must be one of the same kind; a quirk must end better, as `BETTER` says.
 */
export function judge(walk: Walk): { readonly expected: unknown; readonly found: unknown } {
  const code = codeOf(() => run(walk))
  if (walk.quirk !== undefined && walk.command !== 'stamp') {
    const found = code ?? run(walk).steps.join(' ')
    // What was recorded after this was written must still be a plan or a clean error.
    return { expected: BETTER[walk.name]?.outcome ?? found, found }
  }
  if (walk.name in ALSO_STAMPS)
    return { expected: ALSO_STAMPS[walk.name], found: code ?? run(walk).steps.join(' ') }
  if (walk.error_kind !== undefined) {
    const kind = code !== null && KINDS[walk.error_kind]?.includes(code) ? walk.error_kind : code
    return { expected: walk.error_kind, found: kind }
  }
  if (code !== null) return { expected: wantedSteps(walk), found: code }
  const { steps, heads, result } = run(walk)
  const expected = { result: sorted(walk.result) }
  if (walk.command === 'stamp') return { expected, found: { result } }
  return walk.order === 'forced'
    ? {
        expected: { ...expected, steps: wantedSteps(walk), heads: walk.heads_after?.map(sorted) },
        found: { result, steps, heads },
      }
    : { expected: { ...expected, steps: sorted(wantedSteps(walk)) }, found: { result, steps: sorted(steps) } }
}

/** Names of the quirks whose better outcome is stated. */
export const statedQuirks: ReadonlySet<string> = new Set(Object.keys(BETTER))
