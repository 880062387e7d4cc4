/** PlantUML, where it is installed (Debian's package `plantuml`); run with file names, it renders each and says where it fails. */
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { execa, execaSync } from 'execa'

/** Its version; null where it is not installed. */
export function plantumlVersion(): string | null {
  const { exitCode, stdout } = execaSync('plantuml', ['-version'], { reject: false })
  return exitCode === 0 ? (stdout.split('\n')[0] ?? '') : null
}

/** @throws where PlantUML finds an error: the line, and what it says */
export async function renderPlantuml(text: string): Promise<string> {
  // An error is drawn too, and told by the exit code.
  const { exitCode, stdout, stderr } = await execa('plantuml', ['-charset', 'UTF-8', '-tsvg', '-pipe'], {
    input: text,
    reject: false,
    env: { JAVA_TOOL_OPTIONS: '-Djava.awt.headless=true' },
  })
  if (exitCode !== 0 || !stdout.startsWith('<?xml'))
    throw new Error(`PlantUML: ${stderr || stdout.slice(0, 500)}`)
  return stdout
}

/** The texts that are seen in a picture, in order. */
export function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) =>
    text
      .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&apos;', "'")
      .replaceAll('\u00a0', ' ')
      .replaceAll('&amp;', '&'),
  )
}

async function main(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const start = Date.now()
    const svg = await renderPlantuml(readFileSync(file, 'utf8'))
    console.log(`${file}: ${svg.length} bytes in ${Date.now() - start} ms`)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(process.argv.slice(2))
