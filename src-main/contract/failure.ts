/** Every way in which something a person asked for can fail; a sentence for them goes with each. */
export const failureKinds = [
  // documents
  'empty-file', 'not-a-document', 'unsupported-format', 'wrong-type', 'truncated', 'damaged', 'password-needed', 'password-wrong',
  'no-text', 'garbled-text', 'too-large', 'too-many-pages', 'too-complex', 'took-too-long', 'file-unreadable', 'not-found', 'reader-crashed',
  // library
  'library-damaged', 'library-newer', 'disk-full', 'library-busy',
  // models and engine
  'model-missing', 'model-invalid', 'model-unsupported', 'engine-crashed', 'engine-hung', 'out-of-memory', 'device-failed', 'context-exceeded', 'reading-failed', 'download-failed', 'offline', 'licence-needed',
  // answers
  'nothing-to-ask', 'nothing-relevant', 'cancelled',
  // the rest
  'invalid-request', 'unexpected',
] as const

export type FailureKind = (typeof failureKinds)[number]

/** An expected failure, as a value: `message` says what happened, to what, and what to do. */
export interface Failure {
  readonly kind: FailureKind
  readonly message: string
  /** The document or file it happened to, where there is one. */
  readonly document?: string
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

export const success = <T>(value: T): Result<T> => ({ ok: true, value })
export const failure = (kind: FailureKind, message: string, document?: string): { readonly ok: false; readonly failure: Failure } => ({
  ok: false,
  failure: document === undefined ? { kind, message } : { kind, message, document },
})

/** Thrown inside a process and turned into a `Failure` at its border; anything else that is thrown is a bug. */
export class FailureError extends Error {
  readonly failure: Failure
  constructor(kind: FailureKind, message: string, options: { document?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'FailureError'
    this.failure = options.document === undefined ? { kind, message } : { kind, message, document: options.document }
  }
}

/** Closes a switch over a union: a new member without a case fails to compile. */
export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`)
}
