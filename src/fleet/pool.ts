/** Doing the same with many things, some at a time, in their order. */

/**
 * Runs `work` on each item, at most so many at once. Items with the same key come one after the other.
 *
 * @param keyOf null for what may run beside any other
 * @param work never rejects
 */
export async function eachOf<T>(
  items: readonly T[],
  concurrency: number,
  keyOf: (item: T) => string | null,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const lanes = lanesOf(items, keyOf).values()
  const worker = async (): Promise<void> => {
    for (const lane of lanes) for (const item of lane) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker))
}

function lanesOf<T>(items: readonly T[], keyOf: (item: T) => string | null): T[][] {
  const lanes: T[][] = []
  const byKey = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const known = key === null ? undefined : byKey.get(key)
    if (known !== undefined) {
      known.push(item)
      continue
    }
    const lane = [item]
    lanes.push(lane)
    if (key !== null) byKey.set(key, lane)
  }
  return lanes
}
