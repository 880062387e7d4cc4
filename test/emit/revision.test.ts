/** Revision files to the letter, from the built-in text and from templates. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Catalog } from '../../src/catalog/catalog.ts'
import { identityOf } from '../../src/catalog/object.ts'
import type { Schema } from '../../src/catalog/schema.ts'
import type { Plan } from '../../src/diff/change.ts'
import { noNotes } from '../../src/diff/differ.ts'
import { type RevisionHeader, revisionSource } from '../../src/emit/revision.ts'
import { sqlTemplate } from '../../src/emit/source.ts'
import { fillIn, indentCode, type RevisionTemplate, tokensIn } from '../../src/emit/template.ts'
import { parseHeader } from '../../src/graph/header.ts'

const header: RevisionHeader = {
  revision: 'aa',
  downRevisions: ['b1'],
  branchLabels: ['x'],
  dependsOn: [],
  replaces: [],
  message: "it's */ a\n  message",
  createDate: '2026-11-22T12:31:25Z',
}

const nothing: Catalog = {
  serverVersion: 150000,
  defaultSchema: 'public',
  objects: new Map(),
  dependencies: new Map(),
  role: 'me',
  access: new Map(),
  managed: { owners: false, grants: false },
  accessOfPublic: { owner: null, grants: [] },
  defaultPrivileges: [],
  maintain: false,
  assignmentCasts: new Set(),
  casts: new Set(),
}

/** A plan of one builder statement, and where bodies are unchecked of an `sql` statement before it. */
function planOf(action: 'create' | 'drop', uncheckedBodies = false): Plan {
  const object: Schema = {
    kind: 'schema',
    identity: identityOf('schema', 'app'),
    schema: null,
    name: 'app',
    parent: null,
    comment: null,
  }
  const sides = { live: nothing, target: nothing }
  return {
    steps: [{ action, object, parts: [], replaced: false, sides, notes: noNotes }],
    uncheckedBodies,
    losses: [],
    risks: [],
  }
}

const source = (
  text: string,
  up: Plan | null = null,
  down: Plan | null = null,
  language: RevisionTemplate['language'] = 'typescript',
) => revisionSource(header, up, down, { text, language })

describe('without a template', () => {
  const head = (imports: string) => `/**
 * it's * / a message
 *
 * Create date: 2026-11-22T12:31:25Z
 */
import { ${imports} } from 'kysely'

export const revision = 'aa'
export const downRevision = 'b1'
export const branchLabels = ['x'] as const
export const dependsOn = [] as const
`

  test('a file to fill in has empty bodies and both imports', () => {
    expect(revisionSource(header, null, null)).toBe(`${head('type Kysely, sql')}
export async function up(db: Kysely<any>): Promise<void> {
}

export async function down(db: Kysely<any>): Promise<void> {
}
`)
  })

  test('statements stand in bodies with a line between them, and sql is imported where it is used', () => {
    expect(revisionSource(header, planOf('create', true), planOf('drop'))).toBe(`${head('type Kysely, sql')}
export async function up(db: Kysely<any>): Promise<void> {
  // Some bodies name what is made later, or what another search path finds.
  await sql\`set local check_function_bodies = off\`.execute(db)

  await db.schema.createSchema('app').execute()
}

export async function down(db: Kysely<any>): Promise<void> {
  await db.schema.dropSchema('app').execute()
}
`)
  })

  test('sql is not imported where no statement uses it', () => {
    expect(revisionSource(header, planOf('create'), planOf('drop'))).toContain(head('type Kysely'))
  })
})

describe('with a template', () => {
  test('every token is replaced, wherever and however often it stands, with or without blanks', () => {
    const text = '{{ revision }} {{revision}} {{createDate}} {{message}}'
    expect(source(text)).toBe("aa aa 2026-11-22T12:31:25Z it's * / a message")
  })

  test('bodies are indented to where their token stands, and blank lines stay empty', () => {
    const text = 'try {\n\t\tif (x) {\n\t\t\t{{up}}\n\t\t}\n}\n{{down}}\n'
    expect(source(text, planOf('create', true), planOf('drop'))).toBe(`try {
\t\tif (x) {
\t\t\t// Some bodies name what is made later, or what another search path finds.
\t\t\tawait sql\`set local check_function_bodies = off\`.execute(db)

\t\t\tawait db.schema.createSchema('app').execute()
\t\t}
}
await db.schema.dropSchema('app').execute()
`)
  })

  test('a line with nothing but a token goes where there is nothing to put there', () => {
    expect(source('a\n  {{up}}\nb {{down}}\n')).toBe('a\nb \n')
  })

  test('values are not searched for tokens', () => {
    const named = { ...header, message: '{{revision}} $& $1' }
    const { text, language } = { text: '// {{message}}\n', language: 'typescript' } as const
    expect(revisionSource(named, null, null, { text, language })).toBe('// {{revision}} $& $1\n')
  })

  test('sql is imported where the code of the template uses it', () => {
    const imports = (code: string) => source(`{{imports}}${code}`, planOf('create'), planOf('drop'))
    expect(imports('')).toBe("import { type Kysely } from 'kysely'")
    for (const code of ['await sql`x`', 'sql<number>`1`', "sql.raw('x')"])
      expect(imports(code)).toBe(`import { type Kysely, sql } from 'kysely'${code}`)
  })

  test('in JavaScript there are no types, in the header, the import or the bodies', () => {
    const text = '{{imports}}\n{{header}}\n'
    const plain = `export const revision = 'aa'
export const downRevision = 'b1'
export const branchLabels = ['x']
export const dependsOn = []
`
    expect(source(text, null, null, 'javascript')).toBe(`import { sql } from 'kysely'\n${plain}`)
    expect(source(text, planOf('create'), planOf('drop'), 'javascript')).toBe(plain)
    expect(parseHeader(plain)).toMatchObject({ revision: 'aa', branchLabels: ['x'] })
  })

  test('what stands in braces is found with its line', () => {
    expect(tokensIn('{{up}}\n{ {{ dwon }} {{up}} }\n{{ }} {{a.b}} {{')).toEqual([
      { word: 'up', line: 1 },
      { word: 'dwon', line: 2 },
      { word: 'up', line: 2 },
    ])
  })
})

describe('the SQL of a statement stays the same to the letter', () => {
  const evaluate = (code: string): unknown => new Function('sql', `return (\n${code}\n)`)(String.raw)
  const text = fc.string({
    unit: fc.constantFrom('\n', ' ', '  ', "'", '"', '`', '\\', '$', '{', '}', '//', 'a'),
  })

  test('however deep its token stands', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('', ' ', '      ', '\t'), (sql, indent) => {
        const code = `[\n  // it's \`\n  'it\\'s',\n  ${sqlTemplate(sql)},\n]`
        expect(evaluate(indentCode(code, indent, 2))).toEqual(evaluate(code))
        expect(evaluate(indentCode(code, indent))).toEqual(evaluate(code))
      }),
    )
  })
})

test('filling in a text without tokens gives the text', () => {
  const values = { message: '', createDate: '', revision: '', header: '', imports: '', up: '', down: '' }
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(tokensIn(text).length === 0)
      expect(fillIn(text, values)).toBe(text)
    }),
  )
})
