/** `dbmig init` */
import type { InitResult } from '../../index.ts'
import type { Style } from '../output/style.ts'
import type { Declare } from '../program.ts'

export const declare: Declare = (program, cli) => {
  program
    .command('init')
    .summary('write a configuration, a first schema and a migrations folder')
    .description(
      'Writes a configuration, a schema and a migrations folder that work as they are. Overwrites nothing.',
    )
    .argument('[folder]', 'where', '.')
    .option('-t, --template <name>', 'what to start from: dbmig list-templates', 'default')
    .action(
      cli.action<{ template: string }>(async ({ args: [folder = '.'], flags, options, result }) => {
        const [{ init }, { relative, resolve }] = await Promise.all([
          import('../../index.ts'),
          import('node:path'),
        ])
        const done = await init({ cwd: resolve(options.cwd, folder), template: flags.template })
        await result(done, (style) => initText(done, relative(options.cwd, done.folder), options.env, style))
        return 0
      }),
    )
}

function initText(
  { written, kept, missingPackages, needsServer }: InitResult,
  /** From the working directory; empty where it is that. */
  folder: string,
  { DATABASE_URL: url }: Readonly<Record<string, string | undefined>>,
  style: Style,
): string {
  const missing = missingPackages.filter((name) => name === 'kysely' || !url)
  const advice =
    missing.length === 0
      ? []
      : [
          '',
          `Install what is missing: npm install ${missing.join(' ')}`,
          ...(missing.includes('@electric-sql/pglite')
            ? ['(PGlite is the embedded database; with a server, set DATABASE_URL or `url` instead.)']
            : []),
        ]
  return [
    ...written.map((file) => `${style.green('wrote')} ${file}`),
    ...kept.map((file) => `${style.yellow('kept ')} ${file}`),
    ...advice,
    ...(needsServer && !url
      ? ['', 'Name the database: export DATABASE_URL=postgres://user:password@host:5432/name']
      : []),
    '',
    'Next:',
    ...(folder === '' ? [] : [`  cd ${folder.includes(' ') ? `'${folder}'` : folder}`]),
    '  npx dbmig revision --autogenerate -m "first tables"',
    '  npx dbmig upgrade head',
    '  npx dbmig history',
  ].join('\n')
}
