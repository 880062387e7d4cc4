/** What a formatter with the settings of docs/types.md makes of TypeScript. */
import { join } from 'node:path'
import { execa } from 'execa'

const biome = join(import.meta.dirname, '../../node_modules/@biomejs/biome/bin/biome')

const settings = [
  ...['--indent-style=space', '--indent-width=2', '--line-width=80'],
  ...['--javascript-formatter-quote-style=single', '--semicolons=as-needed'],
]

export async function formatted(text: string): Promise<string> {
  const { stdout } = await execa(
    process.execPath,
    [biome, 'format', '--stdin-file-path=db.ts', ...settings],
    {
      input: text,
      // Without the settings of this repository.
      cwd: '/',
      stripFinalNewline: false,
    },
  )
  return stdout
}
