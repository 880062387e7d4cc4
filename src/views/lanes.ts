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
  /** The down revision that it leads to. */
  readonly to: string
}

export interface Placement {
  readonly revision: string
  readonly column: number
  readonly colour: number
  /** Lanes from above that end here, to the right of its own column. */
  readonly ended: readonly Lane[]
  /** Lanes that begin here: in its own column to its first down revision, to the right of it to the others. */
  readonly begun: readonly Lane[]
  /** Those of them that end openly below it, as what they lead to is not listed. */
  readonly open: readonly Lane[]
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
  let blocked: readonly number[] = []
  let colours = 0
  let width = 0

  const take = (from: number): number => {
    let column = from
    while (taken[column] || blocked.includes(column)) column++
    taken[column] = true
    width = Math.max(width, column + 1)
    return column
  }

  const placements = nodes.map(({ revision, downRevision }): Placement => {
    below.delete(revision)
    const [above, ...ended] = leadingTo.get(revision)?.sort((a, b) => a.column - b.column) ?? []
    leadingTo.delete(revision)
    const column = above?.column ?? take(0)
    const colour = above?.colour ?? colours++

    // What ends beside it keeps its column until all that begins there has one.
    const begun = [...new Set(downRevision)].map(
      (to, index): Lane =>
        index === 0 ? { column, colour, to } : { column: take(column + 1), colour: colours++, to },
    )
    const open = begun.filter(({ to }) => !below.has(to))
    for (const lane of begun) {
      const others = leadingTo.get(lane.to)
      if (others) others.push(lane)
      else if (below.has(lane.to)) leadingTo.set(lane.to, [lane])
    }

    const free = begun.length === 0 ? [column] : open.map((lane) => lane.column)
    for (const at of [...ended.map((lane) => lane.column), ...free]) taken[at] = false
    blocked = free
    return { revision, column, colour, ended, begun, open }
  })
  return { placements, width }
}
