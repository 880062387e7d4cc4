/** `dbmig list-templates` */
import type { Declare } from '../program.ts'

export const declare: Declare = (program, cli) => {
  program
    .command('list-templates')
    .summary('list what init can start from')
    .description('Lists the templates of `dbmig init --template`.')
    .action(
      cli.action(async ({ result }) => {
        const { listTemplates } = await import('../../index.ts')
        const templates = await listTemplates()
        const width = Math.max(...templates.map(({ name }) => name.length))
        await result(templates, (style) =>
          templates
            .map(({ name, description }) => `${style.bold(name.padEnd(width))}  ${description}`)
            .join('\n'),
        )
        return 0
      }),
    )
}
