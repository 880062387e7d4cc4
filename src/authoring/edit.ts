/** The command `edit`: opens revision files in the user's editor, and looks whether they still make a graph. */
import type { Project } from '../config/config.ts'
import { DbmigError } from '../errors.ts'
import { resolveRevisions } from '../graph/resolve.ts'
import { requireTargets } from '../graph/target.ts'
import { readAppliedFor } from '../ledger/views.ts'
import { readProjectRevisions } from '../loader/project-revisions.ts'
import {
  editBroke,
  editorFailed,
  editorNotFound,
  editorNotStarted,
  noEditor,
  nothingToEdit,
} from './errors-merge.ts'

export interface EditOptions {
  /** Ids, starts of ids, `head`, `current`, … */
  readonly targets: readonly string[]
  /** Where `VISUAL` and `EDITOR` are read. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  readonly signal?: AbortSignal | undefined
}

export interface EditResult {
  readonly edited: readonly { readonly revision: string; readonly path: string }[]
}

/**
 * Opens the files of revisions in `$VISUAL`, else `$EDITOR`, on the terminal of this process, and waits for it to end.
 *
 * @throws DbmigError AUTHORING_NO_EDITOR, AUTHORING_EDITOR_…; AUTHORING_NOTHING_TO_EDIT; AUTHORING_EDIT_BROKE when the revisions
 *   make no graph afterwards
 */
export async function edit(project: Project, options: EditOptions): Promise<EditResult> {
  const { targets, env = {}, signal } = options
  requireTargets(targets)
  const editor = editorIn(env)
  const { graph } = await readProjectRevisions(project)
  const applied = await readAppliedFor(project, targets, signal)
  const found = targets.map((target) => resolveRevisions(graph, applied, target))
  const empty = targets.filter((_, index) => found[index]?.length === 0)
  if (empty.length > 0) throw nothingToEdit(empty)
  const edited = [...new Set(found.flat())].map(({ revision, path }) => ({ revision, path }))
  await open(
    editor,
    edited.map(({ path }) => path),
  )
  await requireGraph(project)
  return { edited }
}

interface Editor {
  /** A program and its arguments, as in `code --wait`. */
  readonly command: string
  /** Where the command is from, for messages. */
  readonly variable: '$VISUAL' | '$EDITOR'
}

function editorIn({ VISUAL, EDITOR }: Readonly<Record<string, string | undefined>>): Editor {
  if (VISUAL?.trim()) return { command: VISUAL.trim(), variable: '$VISUAL' }
  if (EDITOR?.trim()) return { command: EDITOR.trim(), variable: '$EDITOR' }
  throw noEditor()
}

/** Not ended with the command's signal: Ctrl-C is the editor's own, and what is not saved yet is the user's. */
async function open({ command, variable }: Editor, paths: readonly string[]): Promise<void> {
  const { execa, parseCommandString } = await import('execa')
  const [program = '', ...args] = parseCommandString(command)
  const { failed, code, exitCode, signal, cause } = await execa(program, [...args, ...paths], {
    stdio: 'inherit',
    reject: false,
  })
  if (!failed) return
  if (code === 'ENOENT') throw editorNotFound(program, variable)
  if (exitCode !== undefined) throw editorFailed(program, `exit code ${exitCode}`, paths)
  if (signal !== undefined) throw editorFailed(program, signal, paths)
  throw editorNotStarted(program, variable, cause)
}

async function requireGraph(project: Project): Promise<void> {
  try {
    await readProjectRevisions(project)
  } catch (error) {
    throw error instanceof DbmigError ? editBroke(error) : error
  }
}
