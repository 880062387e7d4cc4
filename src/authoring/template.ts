/** The text that a project's revisions are written from: its own `template`, checked before anything is written from it, or the built-in one. */
import { readFile } from 'node:fs/promises'
import type { Project } from '../config/config.ts'
import { type RevisionHeader, revisionSource } from '../emit/revision.ts'
import { builtInTemplate, isToken, type RevisionTemplate, TOKENS, tokensIn } from '../emit/template.ts'
import { parseHeader } from '../graph/header.ts'
import { nearest } from '../nearest.ts'
import {
  headerUnreadable,
  importedTwice,
  messageUnreadable,
  sqlNotImported,
  templateKind,
  templateMissing,
  templateNotLoaded,
  templateUnreadable,
  tokensMissing,
  unknownToken,
} from './errors-template.ts'
import { revisionExtension } from './file-name.ts'

/**
 * Reads the project's template. What it gives is what `revisionSource` takes.
 *
 * @throws DbmigError `AUTHORING_TEMPLATE_…` when it is missing, or when not every revision that is written from it would be one
 */
export async function readTemplate({ template: path }: Pick<Project, 'template'>): Promise<RevisionTemplate> {
  if (path === undefined) return builtInTemplate
  const extension = revisionExtension(path)
  if (extension.startsWith('.c')) throw templateKind(path, extension)
  const template: RevisionTemplate = {
    language: extension.endsWith('ts') ? 'typescript' : 'javascript',
    text: await readText(path),
  }
  requireTokens(template.text, path)
  requireImports(template, path)
  requireHeader(template, path)
  return template
}

async function readText(path: string): Promise<string> {
  try {
    const text = await readFile(path, 'utf8')
    return text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
  } catch (error) {
    const missing = error instanceof Error && Reflect.get(error, 'code') === 'ENOENT'
    throw missing ? templateMissing(path) : templateUnreadable(path, error)
  }
}

function requireTokens(text: string, path: string): void {
  const found = tokensIn(text)
  const stranger = found.find(({ word }) => !isToken(word))
  if (stranger !== undefined) {
    const { word, line } = stranger
    throw unknownToken(path, line, word, nearest(word, TOKENS), TOKENS)
  }
  const missing = ['header', 'up', 'down'].filter((token) => !has(text, token))
  if (missing.length > 0) throw tokensMissing(path, missing)
}

/** Statements need `sql` sooner or later: a template without it would do until the first of them. */
function requireImports({ text, language }: RevisionTemplate, path: string): void {
  if (!has(text, 'imports')) {
    if (!imports(text, 'sql')) throw sqlNotImported(path)
    return
  }
  const names = language === 'typescript' ? ['Kysely', 'sql'] : ['sql']
  const twice = names.find((name) => imports(text, name))
  if (twice !== undefined) throw importedTwice(path, twice)
}

const sample: RevisionHeader = {
  revision: '0123456789ab',
  downRevisions: ['ba9876543210'],
  branchLabels: ['label'],
  dependsOn: [],
  replaces: [],
  message: 'what the revision does',
  createDate: '2026-01-31T12:31:25Z',
}

/** What a sample says is what every revision will say. */
function requireHeader(template: RevisionTemplate, path: string): void {
  const header = parseHeader(revisionSource(sample, null, null, template))
  if (header?.revision !== sample.revision) throw headerUnreadable(path)
  if (has(template.text, 'message') && header.message !== sample.message)
    throw messageUnreadable(path, header.message)
}

/**
 * Imports a revision without statements, before there is a database or a shadow of it to lose time on.
 *
 * @param file where the revision will stand
 * @throws DbmigError AUTHORING_TEMPLATE_NOT_LOADED for a syntax error, or an import of what is not there
 */
export async function requireLoads(
  template: RevisionTemplate,
  { template: path, root }: Pick<Project, 'template' | 'root'>,
  file: string,
): Promise<void> {
  if (path === undefined) return
  const { createTranspiler } = await import('../loader/transpiled.ts')
  try {
    await createTranspiler(root)(file, revisionSource(sample, null, null, template))
  } catch (error) {
    throw templateNotLoaded(path, error)
  }
}

function has(text: string, token: string): boolean {
  return tokensIn(text).some(({ word }) => word === token)
}

/** Whether an import declaration gives a name to the file. */
function imports(text: string, name: string): boolean {
  return new RegExp(String.raw`^import\s[^'"]*\b${name}\b(?!\s+as\b)[^'"]*\bfrom\b`, 'm').test(text)
}
