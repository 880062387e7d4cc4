import { expect, test } from 'vitest'
import { hasModuleSyntax } from '../../src/loader/syntax.ts'

test.each([
  "import a from 'a'",
  "import'a'",
  'import{a} from "a"',
  'import * as a from "a"',
  'export {}',
  'export*from "a"',
  'export const a = 1',
  '\texport default 1',
])('an ES module is told by %s', (line) => {
  expect(hasModuleSyntax(`// first\n${line}\n`)).toBe(true)
})

test.each([
  'exports.up = async () => {}',
  'module.exports = {}',
  'importAll()',
  "import('a')",
  'exported = 1',
])('CommonJS is not taken for one by %s', (line) => {
  expect(hasModuleSyntax(`// first\n${line}\n`)).toBe(false)
})
