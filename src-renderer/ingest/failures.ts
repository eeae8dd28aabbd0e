import { FailureError, type Failure } from '../../src-main/contract/failure'
import { quoteName } from './names'

/** An expected failure as it is; a parser that gave up on a file's contents as damage, with the cause in the log. */
export function describeFailure(error: unknown, fileName: string): Failure {
  if (error instanceof FailureError) return error.failure
  console.error('ingest: a parser failed', error)
  return { kind: 'damaged', message: `${quoteName(fileName)} could not be read: something in it is not as it should be. Open it in the program that made it, save it again, and add that.` }
}
