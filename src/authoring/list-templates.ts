/** The templates of projects that `dbmig init` writes, and the command `list-templates`. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nearest } from '../nearest.ts'
import { packageFolder } from '../place.ts'
import { unknownTemplate } from './errors.ts'

export interface ListedTemplate {
  readonly name: string
  readonly description: string
}

/** What a template says of itself, in its `template.json`. */
interface Manifest {
  readonly description: string
  /** What the files need to run. */
  readonly packages: readonly string[]
  /** Whether the files name no database, so that a server must be named. */
  readonly needsServer: boolean
}

export interface ProjectTemplate extends ListedTemplate, Manifest {
  readonly files: readonly TemplateFile[]
}

export interface TemplateFile {
  /** Absolute. */
  readonly source: string
  /** Where it goes in a project, with slashes. */
  readonly target: string
}

const FOLDER = fileURLToPath(new URL('templates', packageFolder))
const MANIFEST = 'template.json'

/** Lists what `init` can start from, the default first. */
export function listTemplates(): ListedTemplate[] {
  return names().map((name) => ({ name, description: manifestOf(name).description }))
}

/** @throws AUTHORING_UNKNOWN_TEMPLATE */
export function findTemplate(name: string): ProjectTemplate {
  const known = names()
  if (!known.includes(name)) throw unknownTemplate(name, nearest(name, known), known)
  return { name, ...manifestOf(name), files: filesOf(name) }
}

function names(): string[] {
  const [first, others] = ['default', readdirSync(FOLDER).sort()]
  return [first, ...others.filter((name) => name !== first)]
}

function manifestOf(name: string): Manifest {
  const manifest: Manifest = JSON.parse(readFileSync(join(FOLDER, name, MANIFEST), 'utf8'))
  return manifest
}

/** Those of the project's own folder first. */
function filesOf(name: string): TemplateFile[] {
  const folder = join(FOLDER, name)
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => path !== MANIFEST)
  const depth = (path: string) => path.split(sep).length
  return files
    .sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))
    .map((path) => ({ source: join(folder, path), target: targetOf(path) }))
}

/** An underscore in front stands for a dot: npm leaves a `.gitignore` out of a package, and git an ignored folder. */
function targetOf(path: string): string {
  return path
    .split(sep)
    .map((part) => part.replace(/^_/, '.'))
    .join('/')
}
