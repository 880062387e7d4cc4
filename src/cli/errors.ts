/** What can be wrong with a command line, beyond what commander sees. */
import { DbmigError } from '../index.ts'

export function graphReversed(): DbmigError {
  return new DbmigError(
    'CLI_GRAPH_REVERSED',
    'The graph is drawn from the newest revision down, so --graph and --reverse do not go together; leave out one of the two.',
    { exitCode: 2 },
  )
}
