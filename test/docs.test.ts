/** That the pages for users name what is there: files, headings, commands, flags. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { dbmig, repository } from './support/cli.ts'

const pages = [
  'README.md',
  'examples/shop/README.md',
  ...readdirSync(join(repository, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].map((page) => ({ page, text: readFileSync(join(repository, page), 'utf8') }))

const FENCED = /^( *)```.*\n([\s\S]*?)^\1```$/gm

/** Links outside of code, without those to other places. */
function linksOf(text: string): string[] {
  const prose = text.replace(FENCED, '').replace(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
}

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8').replace(FENCED, '')
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** The command lines in a page's code, each from the word after `dbmig` to where another command begins. */
function callsOf(text: string): { command: string; flags: string[] }[] {
  const blocks = [...text.matchAll(FENCED)].map(([, , code = '']) => code)
  const spans = [...text.replace(FENCED, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
  return [...blocks, ...spans].flatMap((code) =>
    [...code.matchAll(/(^|[\s"'(])(?<!install )dbmig (import \w+|[a-z][a-z-]*)([^\n|&;]*)/g)].map(
      ([, quote = '', command = '', rest = '']) => {
        // What stands in quotes ends with them.
        const [own = ''] = quote === '"' ? rest.split('"') : rest.split(' # ')
        return { command, flags: [...own.matchAll(/\s(--[a-z][a-z-]*)/g)].map(([, flag = '']) => flag) }
      },
    ),
  )
}

test.each(pages)('every relative link of $page leads to a file, and to a heading of it', ({ page, text }) => {
  const broken = linksOf(text).filter((link) => {
    const [path = '', anchor] = link.split('#')
    const file = path === '' ? join(repository, page) : join(repository, dirname(page), path)
    return !existsSync(file) || (anchor !== undefined && !anchorsOf(file).includes(anchor))
  })
  expect(broken).toEqual([])
})

test('the pages have links and commands that these tests see', () => {
  expect(pages.flatMap(({ text }) => linksOf(text)).length).toBeGreaterThan(20)
  expect(pages.flatMap(({ text }) => callsOf(text)).length).toBeGreaterThan(50)
})

test('every command that a page shows exists, and has the flags that it is shown with', async () => {
  const calls = pages.flatMap(({ page, text }) => callsOf(text).map((call) => ({ page, ...call })))
  const names = [...new Set(calls.map(({ command }) => command))]
  const helps = await Promise.all(
    names.map(async (name) => {
      const { stdout } = await dbmig([...name.split(' '), '--help'], { cwd: repository })
      // Of a command that does not exist it is the help of all.
      return [name, stdout.startsWith(`Usage: dbmig ${name} `) ? stdout : null] as const
    }),
  )
  const help = new Map(helps)
  const wrong = calls.flatMap(({ page, command, flags }) => {
    const text = help.get(command) ?? null
    if (text === null) return [`${page}: dbmig ${command}`]
    return flags
      .filter((flag) => !text.includes(`${flag} `))
      .map((flag) => `${page}: dbmig ${command} ${flag}`)
  })
  expect(wrong).toEqual([])
})
