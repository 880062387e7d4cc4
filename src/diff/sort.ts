/** A stable topological sort in which some edges are only wishes. */

export interface SortNode {
  readonly key: string
  /** The keys of the nodes that must come first. */
  readonly after: ReadonlySet<string>
  /** The keys of the nodes that had better come first; given up where they would close a circle. */
  readonly preferablyAfter: ReadonlySet<string>
}

export interface Sorted<N> {
  readonly order: readonly N[]
  /** The nodes that are left in or behind circles of hard edges; empty when all could be ordered. */
  readonly stuck: readonly N[]
}

/**
 * Orders nodes so that each comes after those that it names, otherwise as early in the given order as possible.
 * Cost: nodes and edges once or twice, and a heap.
 *
 * @param nodes in the order that is wished where no edge says otherwise
 */
export function sortNodes<N extends SortNode>(nodes: readonly N[]): Sorted<N> {
  const rank = new Map(nodes.map((node, i) => [node.key, i]))
  const hard = nodes.map((node) => known(node.after, rank, node.key))
  const soft = nodes.map((node) => known(node.preferablyAfter, rank, node.key))
  const { order, gaveUp } = arrange(hard, soft)
  const places = new Map(order.map((i, place) => [i, place]))
  const place = (i: number): number => places.get(i) ?? order.length
  // It is now known which wishes are met: without the others nothing waits for the circles that they close.
  const met = soft.map((wishes, i) => wishes.filter((wish) => place(wish) < place(i)))
  const final = gaveUp ? arrange(hard, met).order : order
  return {
    order: final.flatMap((i) => nodes[i] ?? []),
    stuck: nodes.filter((_, i) => !places.has(i)),
  }
}

interface Arranged {
  readonly order: readonly number[]
  /** Some wish was not met. */
  readonly gaveUp: boolean
}

function arrange(hard: readonly (readonly number[])[], soft: readonly (readonly number[])[]): Arranged {
  const waitingHard = hard.map((edges) => edges.length)
  const waitingSoft = soft.map((edges) => edges.length)
  const [unlocksHard, unlocksSoft] = [reversed(hard), reversed(soft)]
  const ready = new MinHeap()
  const willing = new MinHeap()
  const done = new Set<number>()
  let gaveUp = false
  const offer = (i: number): void => {
    if (waitingHard[i] !== 0 || done.has(i)) return
    if (waitingSoft[i] === 0) ready.push(i)
    else willing.push(i)
  }
  hard.forEach((_, i) => {
    offer(i)
  })
  // Nodes whose wishes cannot all be met go when nothing else can.
  for (let i = ready.pop() ?? willing.pop(); i !== undefined; i = ready.pop() ?? willing.pop()) {
    if (done.has(i)) continue
    done.add(i)
    gaveUp ||= waitingSoft[i] !== 0
    for (const j of unlocksHard[i] ?? []) {
      waitingHard[j] = (waitingHard[j] ?? 0) - 1
      offer(j)
    }
    for (const j of unlocksSoft[i] ?? []) {
      waitingSoft[j] = (waitingSoft[j] ?? 0) - 1
      offer(j)
    }
  }
  return { order: [...done], gaveUp }
}

/**
 * The nodes that are in circles, or between two.
 *
 * @param stuck the nodes that could not be ordered: these, and those that wait for them
 */
export function inCircles<N extends SortNode>(stuck: readonly N[]): N[] {
  const rank = new Map(stuck.map((node, i) => [node.key, i]))
  const needs = stuck.map((node) => known(node.after, rank, node.key))
  const neededBy = reversed(needs).map((nodes) => nodes.length)
  const free = neededBy.flatMap((count, i) => (count === 0 ? [i] : []))
  for (let i = free.pop(); i !== undefined; i = free.pop())
    for (const j of needs[i] ?? []) {
      const left = (neededBy[j] ?? 0) - 1
      neededBy[j] = left
      if (left === 0) free.push(j)
    }
  return stuck.filter((_, i) => neededBy[i] !== 0)
}

function known(keys: ReadonlySet<string>, rank: ReadonlyMap<string, number>, own: string): number[] {
  const found: number[] = []
  for (const key of keys) {
    const i = rank.get(key)
    if (i !== undefined && key !== own) found.push(i)
  }
  return found
}

function reversed(edges: readonly (readonly number[])[]): number[][] {
  const back: number[][] = edges.map(() => [])
  edges.forEach((needs, i) => {
    for (const needed of needs) back[needed]?.push(i)
  })
  return back
}

/** The smallest number first. */
class MinHeap {
  readonly #items: number[] = []

  push(value: number): void {
    let i = this.#items.push(value) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      const above = this.#items[parent] ?? 0
      if (above <= value) break
      this.#items[i] = above
      i = parent
    }
    this.#items[i] = value
  }

  pop(): number | undefined {
    const top = this.#items[0]
    const last = this.#items.pop()
    if (top === undefined || last === undefined || this.#items.length === 0) return top
    let i = 0
    for (let child = 1; child < this.#items.length; child = 2 * i + 1) {
      const right = this.#items[child + 1]
      let least = this.#items[child] ?? 0
      if (right !== undefined && right < least) {
        least = right
        child++
      }
      if (last <= least) break
      this.#items[i] = least
      i = child
    }
    this.#items[i] = last
    return top
  }
}
