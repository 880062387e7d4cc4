import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { insertHeader } from '../../../src/authoring/import/insert-header.ts'
import { parseHeader } from '../../../src/graph/header.ts'

const header = {
  revision: 'aaa1',
  downRevisions: ['bbb2'],
  branchLabels: [],
  dependsOn: [],
  replaces: [],
  message: 'add users',
  createDate: '2024-01-01T10:00:00Z',
}
const comment = '/**\n * add users\n *\n * Create date: 2024-01-01T10:00:00Z\n */\n'
const block = `export const revision = 'aaa1'
export const downRevision = 'bbb2'
export const branchLabels = [] as const
export const dependsOn = [] as const`
const up = 'export async function up(db) {}\n'

function insert(source: string, path = '/m/x.ts'): string {
  return insertHeader(source, path, header)
}

describe('the header goes', () => {
  test('after the imports', () => {
    const imports = `import { type Kysely, sql } from 'kysely'\nimport {\n  one,\n  two, // second\n} from './lib' // lib\n`
    expect(insert(`${imports}\n${up}`)).toBe(`${comment}${imports}\n${block}\n\n${up}`)
  })
  test('after imports of every form', () => {
    const imports = `import './side-effect'
import type { A } from "a"
import json from './x.json' with { type: 'json' }
import fs = require('node:fs')
import * as all from 'all'`
    expect(insert(`${imports}\n\n${up}`)).toBe(`${comment}${imports}\n\n${block}\n\n${up}`)
  })
  test('before a dynamic import and import.meta, which are no declarations', () => {
    const rest = `import.meta.env\nimport('x')\n${up}`
    expect(insert(rest)).toBe(`${comment}\n${block}\n\n${rest}`)
  })
  test('between an import and the code on its line', () => {
    expect(insert(`import a from 'a'; export const b = a\n${up}`)).toBe(
      `${comment}import a from 'a';\n\n${block}\n\n export const b = a\n${up}`,
    )
  })
  test('below a license and directives, above the comment of what follows', () => {
    const top = `// Copyright ACME\n// @ts-nocheck\n'use strict'\n`
    expect(insert(`${top}/** Users. */\n${up}`)).toBe(`${comment}${top}\n${block}\n\n/** Users. */\n${up}`)
    const license = `/* SPDX-License-Identifier: MIT */\n`
    expect(insert(`${license}/** Users. */\n${up}`)).toBe(
      `${comment}${license}\n${block}\n\n/** Users. */\n${up}`,
    )
  })
  test('to the end of CommonJS, as exports of the module', () => {
    const source = 'exports.up = async () => {}\n'
    expect(insert(source, '/m/x.js')).toBe(`${comment}${source}
module.exports.revision = 'aaa1';
module.exports.downRevision = 'bbb2';
module.exports.branchLabels = [];
module.exports.dependsOn = [];
`)
  })
})

test('the message comes first, and a byte order mark or #! line before it', () => {
  expect(insert(`\uFEFF// Copyright\n${up}`).startsWith(`\uFEFF${comment}// Copyright`)).toBe(true)
  expect(insert(`#!/usr/bin/env node\n${up}`).startsWith(`#!/usr/bin/env node\n${comment}`)).toBe(true)
  expect(parseHeader(insert(`// Copyright\n\n${up}`))).toMatchObject({ message: 'add users' })
})

test('JavaScript gets no `as const`', () => {
  expect(insert(up, '/m/x.mjs')).not.toContain('as const')
})

test('the file keeps its line ends and its semicolons', () => {
  const made = insert(`import a from 'a';\r\n\r\n${up.replaceAll('\n', '\r\n')}`)
  expect(made.replaceAll('\r\n', '')).not.toContain('\n')
  expect(made).toContain(`export const revision = 'aaa1';\r\n`)
})

test('what would go on the last line gets a semicolon before it', () => {
  for (const rest of ['(async () => {})()\n', '[1].forEach(String)\n', '`x`.trim()\n']) {
    expect(parseHeader(insert(`import a from 'a'\n${rest}${up}`))).toMatchObject({ revision: 'aaa1' })
  }
})

test('whatever stands in a file, its lines stay and the header can be read', () => {
  const line = fc.constantFrom(
    `import { sql } from 'kysely'`,
    `import a from "a";`,
    `import {\n  b,\n} from './b'`,
    '// a note',
    '/* a\n block */',
    '',
    `'use strict'`,
    `const x = \`a \${"}"} b\``,
    `const y = /[/'"]/.test('x')`,
    ';(() => {})()',
    `export const config = { transaction: false }`,
  )
  fc.assert(
    fc.property(
      fc.uniqueArray(line, { maxLength: 8 }),
      fc.constantFrom('\n', '\r\n'),
      fc.constantFrom('/m/x.ts', '/m/x.js'),
      (lines, newline, path) => {
        const source = [...lines, up].join('\n').replaceAll('\n', newline)
        const made = insert(source, path)
        const transaction = !lines.some((each) => each.includes('config'))
        expect(parseHeader(made)).toMatchObject({
          revision: 'aaa1',
          downRevisions: ['bbb2'],
          message: 'add users',
          transaction,
        })
        const left = made.split(newline)
        for (const each of source.split(newline)) {
          const at = left.indexOf(each)
          expect(at, each).toBeGreaterThanOrEqual(0)
          left.splice(0, at + 1)
        }
      },
    ),
  )
})
