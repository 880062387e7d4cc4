/** Which column of a drawn graph each revision takes, and where the lines between revisions begin and end. */

/** What is drawn: newest first, so that whatever a revision follows comes below it. */
export interface GraphNode {
  readonly revision: string
  readonly downRevision: readonly string[]
}

/** A line from a revision down to one that it follows. It keeps its column. */
export interface Lane {
  readonly column: number
  /** A number of its own; the line to the first down revision goes on in the colour of its child. */
  readonly colour: number
}

export interface Placement {
  readonly revision: string
  readonly column: number
  readonly colour: number
  /** Whether its own column goes on below it, to the first revision that it follows. */
  readonly continues: boolean
  /** Lanes from above that end here, to the right of its own column. */
  readonly ended: readonly Lane[]
  /** Lanes to the other revisions that it follows. */
  readonly begun: readonly Lane[]
  /** The columns in which a line ends openly below, as what it leads to is not listed. */
  readonly open: readonly Lane[]
  /** Those of its down revisions that are not listed below it. */
  readonly unlisted: readonly string[]
  /** The column of the line to each other one of its down revisions. */
  readonly columns: ReadonlyMap<string, number>
}

export interface Lanes {
  readonly placements: readonly Placement[]
  /** How many columns there are. */
  readonly width: number
}

/**
 * Places revisions from the top down.
 *
 * Each edge has a lane of its own, from the child down to the parent, where all lanes to it meet: so any edge can be followed, and a
 * lane that meets another only crosses it. A revision takes the leftmost of the lanes that lead to it, so that lanes join from the
 * right alone.
 */
export function layLanes(nodes: readonly GraphNode[]): Lanes {
  const below = new Set(nodes.map(({ revision }) => revision))
  const taken: boolean[] = []
  const leadingTo = new Map<string, Lane[]>()
  // A line that began right below one that ends there would look like its continuation.
  let blocked: ReadonlySet<number> = new Set()
  let colours = 0
  let width = 0

  const free = (from: number, not: ReadonlySet<number>): number => {
    let column = from
    while (taken[column] || blocked.has(column) || not.has(column)) column++
    width = Math.max(width, column + 1)
    return column
  }
  const lead = (parent: string, lane: Lane): void => {
    taken[lane.column] = true
    const others = leadingTo.get(parent)
    if (others) others.push(lane)
    else leadingTo.set(parent, [lane])
  }

  const placements = nodes.map(({ revision, downRevision }): Placement => {
    below.delete(revision)
    const arriving = (leadingTo.get(revision) ?? []).sort((a, b) => a.column - b.column)
    leadingTo.delete(revision)
    const [own, ...ended] = arriving
    const column = own?.column ?? free(0, new Set())
    const colour = own?.colour ?? colours++
    for (const lane of arriving) taken[lane.column] = false
    taken[column] = true

    const begun: Lane[] = []
    const open: Lane[] = []
    const unlisted: string[] = []
    const columns = new Map<string, number>()
    const busy = new Set(ended.map((lane) => lane.column))
    let continues = false
    for (const [index, parent] of [...new Set(downRevision)].entries()) {
      const lane = index === 0 ? { column, colour } : { column: free(column + 1, busy), colour: colours++ }
      if (index > 0) begun.push(lane)
      if (below.has(parent)) {
        lead(parent, lane)
        columns.set(parent, lane.column)
        if (index === 0) continues = true
      } else {
        busy.add(lane.column)
        open.push(lane)
        unlisted.push(parent)
      }
    }
    if (!continues) taken[column] = false
    const ending = open.map((lane) => lane.column)
    blocked = new Set(continues ? ending : [column, ...ending])
    return { revision, column, colour, continues, ended, begun, open, unlisted, columns }
  })
  return { placements, width }
}
