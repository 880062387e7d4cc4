/** Another name for a flag, for who knows it from Alembic: it is taken, and the help leaves it out. */
import { Option } from 'commander'

/**
 * @param flags as the help would say them: `--rev-range <range>`
 * @param name the flag that it stands for, as commander keeps it: `range`
 */
export function hiddenAlias(flags: string, name: string): Option {
  const alias = new Option(flags).hideHelp()
  alias.attributeName = () => name
  return alias
}
