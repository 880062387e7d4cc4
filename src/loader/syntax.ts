/** Telling ES modules from CommonJS by their text. */

const MODULE_SYNTAX = /^[ \t]*(?:import(?:\s+[\w$]|\s*[*{'"])|export(?:\s+[\w$]|\s*[*{]))/m

/** Whether a source has a line that starts like an import declaration or an export. */
export function hasModuleSyntax(source: string): boolean {
  return MODULE_SYNTAX.test(source)
}

/** Whether a file is written as an ES module; CommonJS is jiti's business on every Node. */
export function isModuleFile(path: string, source: string): boolean {
  if (/\.m[jt]s$/.test(path)) return true
  return !/\.c[jt]s$/.test(path) && hasModuleSyntax(source)
}
