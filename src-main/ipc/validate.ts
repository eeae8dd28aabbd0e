import type { CallName, Calls } from '../contract/calls'
import { failure, success, type Result } from '../contract/failure'
import { isWithin } from './measure'
import { argumentSchemas } from './schemas'

/** A call whose name and arguments were checked; the arguments are copies, without anything that the schema does not name. */
export type CheckedCall = { readonly [Name in CallName]: { readonly name: Name; readonly args: Parameters<Calls[Name]> } }[CallName]

const bytesMax = 8_000_000
/** `import/start` carries whole pasted files: the largest document that is read, and room for names. */
const importBytesMax = 520_000_000
const depthMax = 12

const isCallName = (name: unknown): name is CallName => typeof name === 'string' && Object.hasOwn(argumentSchemas, name)

/** Checks what a window sent: known name, size, depth, then the schema of that name. Never throws, whatever the value is. */
export function validateCall(name: unknown, args: unknown): Result<CheckedCall> {
  if (!isCallName(name)) return failure('invalid-request', 'The window asked for something that Longleaf does not know.')
  if (!Array.isArray(args) || !isWithin(args, name === 'import/start' ? importBytesMax : bytesMax, depthMax)) {
    return failure('invalid-request', `The request ${name} is too large or not well formed.`)
  }
  const parsed = argumentSchemas[name].safeParse(args)
  if (!parsed.success) return failure('invalid-request', `The request ${name} has arguments that do not fit: ${parsed.error.issues[0]?.path.join('.') ?? ''}.`)
  // The schema map pairs each name with its own arguments; the compiler cannot follow the pair through the index.
  return success({ name, args: parsed.data } as CheckedCall)
}
