/** The commands for a fleet: those of a single database on many, with the files read and imported once. */
import { type CheckResult, check } from '../comparison/check.ts'
import type { SharedTargets } from '../comparison/target.ts'
import type { Project } from '../config/config.ts'
import type { RevisionGraph } from '../graph/graph.ts'
import { resolvePlace } from '../graph/resolve.ts'
import { parseTarget, requireTargets, startsAtCurrent } from '../graph/target.ts'
import { type Current, type CurrentOptions, current } from '../ledger/current.ts'
import { type HistoryOptions, history, type Listing } from '../ledger/history.ts'
import { type LogOptions, log, logFilter, type VerifyLogOptions, verifyLog } from '../ledger/log.ts'
import type { LogRow } from '../ledger/read-log.ts'
import type { LogVerification } from '../ledger/verify-log.ts'
import { readProjectRevisions } from '../loader/project-revisions.ts'
import { type DowngradeOptions, downgrade } from '../runner/downgrade.ts'
import { type CommandResult, readRevisions } from '../runner/project.ts'
import { type StampOptions, stamp } from '../runner/stamp.ts'
import { type UpgradeOptions, type UpgradeResult, upgrade } from '../runner/upgrade.ts'
import { type FleetOptions, type FleetResult, type OnFleetEvent, runFleet } from './fleet.ts'

interface Common extends FleetOptions {
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: OnFleetEvent | undefined
}

type Fleet<Options> = Omit<Options, 'onEvent' | 'signal'> & Common

/** @throws FLEET_…, and what makes no sense for any database: `GRAPH_…`, `LOADER_…` */
export async function upgradeAll(
  project: Project,
  options: Fleet<UpgradeOptions>,
): Promise<FleetResult<UpgradeResult>> {
  const revisions = await readRevisions(project)
  requirePlaces(revisions.graph, [options.target])
  return runFleet(project, options, (one, own) => upgrade(one, { ...options, ...own }, revisions))
}

/** As `upgradeAll`. */
export async function downgradeAll(
  project: Project,
  options: Fleet<DowngradeOptions>,
): Promise<FleetResult<CommandResult>> {
  const revisions = await readRevisions(project)
  requirePlaces(revisions.graph, [options.target])
  return runFleet(project, options, (one, own) => downgrade(one, { ...options, ...own }, revisions))
}

/** As `upgradeAll`. */
export async function stampAll(
  project: Project,
  options: Fleet<StampOptions>,
): Promise<FleetResult<CommandResult>> {
  const revisions = await readRevisions(project)
  requireTargets(options.targets)
  requirePlaces(revisions.graph, options.targets)
  return runFleet(project, options, (one, own) => stamp(one, { ...options, ...own }, revisions))
}

export async function currentAll(
  project: Project,
  options: Fleet<CurrentOptions> = {},
): Promise<FleetResult<Current>> {
  const { graph } = await readProjectRevisions(project)
  return runFleet(project, options, (one, { signal }) => current(one, { ...options, signal }, graph))
}

export async function historyAll(
  project: Project,
  options: Fleet<HistoryOptions> = {},
): Promise<FleetResult<Listing>> {
  const { graph } = await readProjectRevisions(project)
  return runFleet(project, options, (one, { signal }) => history(one, { ...options, signal }, graph))
}

/** What is mistyped is told once here too. */
export async function logAll(
  project: Project,
  options: Fleet<LogOptions> = {},
): Promise<FleetResult<{ readonly rows: readonly LogRow[] }>> {
  logFilter(options)
  return runFleet(project, options, async (one, { signal }) => ({
    rows: await log(one, { ...options, signal }),
  }))
}

/** A log that is not as it was written is a result: the command has not failed. */
export async function verifyLogAll(
  project: Project,
  options: Fleet<Omit<VerifyLogOptions, 'expect'>> = {},
): Promise<FleetResult<{ readonly verification: LogVerification }>> {
  return runFleet(project, options, async (one, { signal }) => ({
    verification: await verifyLog(one, { signal }),
  }))
}

export async function checkAll(
  project: Project,
  options: Fleet<{ readonly cache?: boolean | undefined }> = {},
): Promise<FleetResult<CheckResult>> {
  const revisions = await readProjectRevisions(project, { missingFolder: 'empty' })
  // Databases of one server have one target, and build it once.
  const shared: SharedTargets = new Map()
  return runFleet(project, options, (one, own) => check(one, { ...options, ...own, shared }, revisions))
}

/** What is mistyped is told once, before any database is asked. */
function requirePlaces(graph: RevisionGraph, targets: readonly string[]): void {
  for (const target of targets.map(parseTarget)) {
    if (!startsAtCurrent(target)) resolvePlace(graph, new Set(), target)
  }
}
