/** Reading a project's revision files while its database says what is applied. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Project } from '../config/config.ts'
import type { RevisionGraph } from '../graph/graph.ts'
import { readGraph } from './views.ts'

/**
 * Asks a server while the files are read, as both take as long. An embedded database would compute at the cost of the reading,
 * and be made although a file is at fault: it is asked after.
 *
 * @param readFiles reads the files
 * @param ask what is wanted of the database; gives up when the signal that it is given aborts
 * @param asks whether `ask` asks the database at all
 * @throws what reading the files throws, else what `ask` throws
 */
export async function readFilesAnd<Files, Answer>(
  project: Pick<Project, 'url'>,
  readFiles: () => Promise<Files>,
  ask: (signal: AbortSignal | undefined) => Promise<Answer>,
  signal: AbortSignal | undefined,
  asks = true,
): Promise<[files: Files, answer: Answer]> {
  if (!asks || !/^postgres(ql)?:/.test(project.url ?? '')) return [await readFiles(), await ask(signal)]
  const given = new AbortController()
  const asking = ask(AbortSignal.any([given.signal, ...(signal === undefined ? [] : [signal])]))
  const reading = async () => {
    // The files are read with few pauses: the connection is to be on its way by then.
    const { importPg } = await import('../database/connect.ts')
    await importPg()
    await turn()
    return readFiles()
  }
  const [files, answer] = await Promise.allSettled([
    reading().catch((error: unknown) => {
      given.abort()
      throw error
    }),
    asking,
  ])
  if (files.status === 'rejected') throw files.reason
  if (answer.status === 'rejected') throw answer.reason
  return [files.value, answer.value]
}

/**
 * Reads the graph of the project's files, as `readFilesAnd` does.
 *
 * @param options.graph where the files are read already
 */
export async function readGraphAnd<Answer>(
  project: Project,
  ask: (signal: AbortSignal | undefined) => Promise<Answer>,
  signal: AbortSignal | undefined,
  { graph, asks }: { readonly graph?: RevisionGraph | undefined; readonly asks?: boolean } = {},
): Promise<[graph: RevisionGraph, answer: Answer]> {
  if (graph !== undefined) return [graph, await ask(signal)]
  return readFilesAnd(project, () => readGraph(project), ask, signal, asks)
}
