/** Reading a project's revision files while its database says what is applied. */
import type { Project } from '../config/config.ts'
import type { RevisionGraph } from '../graph/graph.ts'
import { readGraph } from './views.ts'

/**
 * Asks a server while the files are read, as both take as long. An embedded database would compute at the cost of the reading,
 * and be made although a file is at fault: it is asked after.
 *
 * @param graph the files', where they are read already
 * @param ask what is wanted of the database; gives up when the signal that it is given aborts
 * @throws what reading the files throws, else what `ask` throws
 */
export async function readGraphAnd<Answer>(
  project: Project,
  ask: (signal: AbortSignal | undefined) => Promise<Answer>,
  signal: AbortSignal | undefined,
  graph?: RevisionGraph,
): Promise<[graph: RevisionGraph, answer: Answer]> {
  if (graph !== undefined) return [graph, await ask(signal)]
  if (!/^postgres(ql)?:/.test(project.url ?? '')) return [await readGraph(project), await ask(signal)]
  const given = new AbortController()
  const asking = ask(AbortSignal.any([given.signal, ...(signal === undefined ? [] : [signal])]))
  const [files, answer] = await Promise.allSettled([
    readGraph(project).catch((error: unknown) => {
      given.abort()
      throw error
    }),
    asking,
  ])
  if (files.status === 'rejected') throw files.reason
  if (answer.status === 'rejected') throw answer.reason
  return [files.value, answer.value]
}
