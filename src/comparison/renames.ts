/** What a schema has renamed: found, asked about, and carried out by PostgreSQL on a copy of the live schema before the two are compared. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { accessOfNew } from '../catalog/access.ts'
import { keepingAccess } from '../catalog/access-elsewhere.ts'
import { type Catalog, objectsOf } from '../catalog/catalog.ts'
import { type Identity, identityOf } from '../catalog/object.ts'
import { listSchemas } from '../catalog/read.ts'
import type { Project } from '../config/config.ts'
import type { Session } from '../database/session.ts'
import type { MoveStep, Sides } from '../diff/change.ts'
import { compareCatalogs } from '../diff/compare.ts'
import { renameCandidates } from '../diff/renames/candidates.ts'
import { identicalRenames } from '../diff/renames/identical.ts'
import { renamedAccess } from '../diff/renames/projection.ts'
import { type Rename, shortName } from '../diff/renames/rename.ts'
import { answersOf, parseRename, plainNames, requestFor } from '../diff/renames/requests.ts'
import { schemasMade, withNewSchemas } from '../diff/renames/schemas.ts'
import { renameSteps } from '../diff/renames/steps.ts'
import type { ModuleLoader } from '../loader/load-module.ts'
import type { Shadows } from '../shadow/shadows.ts'
import { type Comparison, type ComparisonOptions, compareWithTarget } from './comparison.ts'
import { copySchema, runChanges } from './copy-schema.ts'
import { renamesFileUnreadable, renamesUnanswered } from './errors.ts'
import { attempt, mustEqual } from './proof.ts'

export interface RenameOptions {
  /** `users.name=full_name`, `table:users=people`, and `users.fax` for what is no rename. */
  readonly renames?: readonly string[] | undefined
  /** A file with one of these per line; `#` begins a comment. */
  readonly renamesFile?: string | undefined
  /** Nothing else was renamed; or nothing of these. */
  readonly noRename?: boolean | readonly string[] | undefined
  /** Asked about each possible rename that nothing else answers. Without it they are an error. */
  readonly onRename?: ((question: RenameQuestion) => Promise<RenameAnswer>) | undefined
  /** Where `renamesFile` is looked for. */
  readonly cwd?: string | undefined
}

/** Something that the schema does not have any more, and what it may be called now. */
export interface RenameQuestion {
  /** `table`, `column`, `value` … */
  readonly kind: string
  /** As it reads: `users.name`. */
  readonly from: string
  readonly identity: Identity
  readonly candidates: readonly {
    readonly name: string
    readonly identity: Identity
    /** What `renames` would say: `users.name=full_name`. */
    readonly request: string
  }[]
  /** What `noRename` would say. */
  readonly separate: string
}

/** The identity of the candidate that it is; null when it is none of them; undefined for no answer. */
export type RenameAnswer = Identity | null | undefined

/** A comparison whose live side has been given its new names. */
export interface Renamed {
  readonly comparison: Comparison
  /** The live schema before that. */
  readonly live: Catalog
  readonly sides: Sides
  readonly renames: readonly Rename[]
  /** What leads from `live` to the live side of `sides`. */
  readonly steps: readonly MoveStep[]
}

/**
 * Compares the live schema with the target, and finds what was renamed: asks where it is a user's to say; what differs in its
 * name alone and holds nothing is renamed without a question. PostgreSQL carries all of it out on a copy of the live schema,
 * so that whatever names it follows.
 *
 * @throws AUTHORING_RENAMES_UNANSWERED with the candidates; `DIFF_RENAME_…` for a request that makes no sense; what
 *   `compareWithTarget` throws
 */
export async function compareRenamed(
  project: Project,
  live: Session,
  loader: ModuleLoader,
  shadows: Shadows,
  options: ComparisonOptions & RenameOptions,
): Promise<Renamed> {
  const compare = (schemas?: readonly string[]): Promise<Comparison> =>
    compareWithTarget(
      schemas === undefined ? project : { ...project, schemas },
      live,
      loader,
      shadows,
      options,
    )
  const compared = await compare()
  const others = await otherSchemas(project, live, compared.sides, options)
  const withSchemas = (more: readonly string[]): Promise<Comparison> =>
    compare([...schemasOf(compared.sides.target), ...more])
  const wide = others.length === 0 ? compared : await withSchemas(others)
  const { renames, isSeparate } = await decide(wide.sides, options, others)
  const used = others.filter((name) =>
    renames.some(({ from }) => from.kind === 'schema' && from.name === name),
  )
  const comparison =
    used.length === others.length ? wide : used.length === 0 ? compared : await withSchemas(used)
  // What belongs to a renamed table is called after it, whatever is said of the rest.
  const quietly = options.noRename !== true || renames.length > 0
  const say = (message: string): void => options.onEvent?.({ type: 'progress', message })
  const carried = await carryOut(renames, quietly ? isSeparate : null, comparison, say)
  return { comparison, live: comparison.sides.live, ...carried }
}

/** A schema that was renamed is not declared any more, and so was not read. */
async function otherSchemas(
  { schemas, versionSchema }: Project,
  session: Session,
  { live, target }: Sides,
  { noRename, renames = [], renamesFile }: RenameOptions,
): Promise<string[]> {
  const declared = schemasOf(target)
  const isNew = declared.some((name) => !live.objects.has(identityOf('schema', name)))
  const asked = noRename !== true || renames.length > 0 || renamesFile !== undefined
  if (schemas !== undefined || !isNew || !asked) return []
  return (await listSchemas(session)).filter((name) => !declared.includes(name) && name !== versionSchema)
}

function schemasOf(target: Catalog): string[] {
  return ['public', ...objectsOf(target, 'schema').map(({ name }) => name)]
}

interface Decision {
  readonly renames: readonly Rename[]
  readonly isSeparate: (rename: Rename) => boolean
}

async function decide(sides: Sides, options: RenameOptions, others: readonly string[]): Promise<Decision> {
  const { noRename = false, onRename } = options
  const texts = [
    ...(options.renames ?? []),
    ...(await linesOf(options)),
    ...(isList(noRename) ? noRename : []),
  ]
  const answers = answersOf(texts.map(parseRename), sides)
  const renames = [...answers.renames]
  const apart = new Set<string>()
  const isSeparate = ({ from, to }: Rename): boolean =>
    answers.separate.has(from.identity) ||
    answers.separate.has(to.identity) ||
    apart.has(pairKey(from.identity, to.identity))
  if (noRename === true) return { renames, isSeparate }
  const isPlain = plainNames(sides.live)
  for (;;) {
    const found = renameCandidates(sides, { renames, isSeparate })
    const questions = questionsOf(managed(found, renames, others), sides, isPlain)
    const [question] = questions
    if (question === undefined) return { renames, isSeparate }
    const answer = await onRename?.(question.shown)
    if (answer === undefined) throw renamesUnanswered(questions.map(({ shown }) => shown))
    for (const rename of question.renames) {
      if (rename.to.identity === answer) renames.push(rename)
      else apart.add(pairKey(rename.from.identity, rename.to.identity))
    }
  }
}

function pairKey(from: Identity, to: Identity): string {
  return JSON.stringify([from, to])
}

function isList(noRename: boolean | readonly string[]): noRename is readonly string[] {
  return typeof noRename !== 'boolean'
}

/** Of what lies in a schema that is not managed, only what goes where the schema may have gone. */
function managed(found: readonly Rename[], renames: readonly Rename[], others: readonly string[]): Rename[] {
  const moves = new Map(
    [...renames, ...found].flatMap(({ from, to }) =>
      from.kind === 'schema' ? [[from.name, to.name] as const] : [],
    ),
  )
  return found.filter(({ from, to }) => {
    const { schema } = from.object
    return schema === null || !others.includes(schema) || moves.get(schema) === to.object.schema
  })
}

/** The candidates, by what may have been renamed. */
function questionsOf(
  found: readonly Rename[],
  { live, target }: Sides,
  isPlain: ReturnType<typeof plainNames>,
): { readonly shown: RenameQuestion; readonly renames: readonly Rename[] }[] {
  const byOld = new Map<Identity, Rename[]>()
  for (const rename of found)
    byOld.set(rename.from.identity, [...(byOld.get(rename.from.identity) ?? []), rename])
  return [...byOld.values()].flatMap((renames) => {
    const [first] = renames
    if (first === undefined) return []
    const { from } = first
    const name = shortName(from, live)
    const candidates = renames.map((rename) => ({
      name: shortName(rename.to, target),
      identity: rename.to.identity,
      request: requestFor(rename, isPlain, live),
    }))
    const separate = isPlain(from) ? name : `${from.kind}:${name}`
    return [
      { shown: { kind: from.kind, from: name, identity: from.identity, candidates, separate }, renames },
    ]
  })
}

/** The lines of the file that say something. */
async function linesOf({ renamesFile, cwd = '.' }: RenameOptions): Promise<string[]> {
  if (renamesFile === undefined) return []
  const path = resolve(cwd, renamesFile)
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw renamesFileUnreadable(path, error)
  })
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
}

/**
 * Renames on a copy of the live schema, in rounds: what a rename makes the same but for its name is found in the next.
 *
 * @param separate what is not to be renamed without a question; null for nothing at all
 */
async function carryOut(
  decided: readonly Rename[],
  separate: ((rename: Rename) => boolean) | null,
  { sides, read, openShadow }: Comparison,
  say: (message: string) => void,
): Promise<Pick<Renamed, 'sides' | 'renames' | 'steps'>> {
  let { live, target } = sides
  let copy: Session | undefined
  const renames: Rename[] = []
  const steps: MoveStep[] = []
  const carry = async (round: readonly Rename[]): Promise<void> => {
    if (copy === undefined) {
      say('copying the live schema to rename in it')
      const made = await openShadow()
      await attempt('copying the live schema', ADVICE, () => copySchema(live, made))
      mustEqual('The copy of the live schema', await read(made), live, ADVICE)
      copy = made
    }
    const session = copy
    const next = withNewSchemas(renameSteps(round, { live, target }), { live, target })
    const plan = {
      steps: [],
      renames: { first: next, last: [] },
      uncheckedBodies: false,
      losses: [],
      risks: [],
    }
    await attempt('a rename', ADVICE, async () => {
      const db = await session.kysely()
      await db.transaction().execute((transaction) => runChanges(plan, transaction))
    })
    const access = new Map(renamedAccess(live, round))
    for (const schema of schemasMade(next))
      access.set(schema.identity, accessOfNew(schema, null, live, live.defaultPrivileges))
    live = keepingAccess(await read(session), { ...live, access })
    target = keepingAccess(sides.target, live)
    renames.push(...round)
    steps.push(...next)
  }
  if (decided.length > 0) await carry(decided)
  while (separate !== null) {
    const known = new Set(renames.map(({ from, to }) => pairKey(from.identity, to.identity)))
    const round = identicalRenames(
      compareCatalogs({ live, target }),
      { live, target },
      renames,
      separate,
    ).filter(({ from, to }) => !known.has(pairKey(from.identity, to.identity)))
    if (round.length === 0) break
    await carry(round)
  }
  return { sides: { live, target }, renames, steps }
}

const ADVICE = 'Leave the rename out, or write it by hand in a revision of its own.'
