import { basename } from 'node:path'
import { ContextExceededError, DeviceError } from '../engine'
import { GgufError } from '../gguf/file'
import { KvBudgetError } from '../kv/budget-error'
import { ModelUnsupportedError } from '../model/shape'
import type { EngineFailure } from '../protocol'
import { ReadingsError } from '../reading/folder'
import { ReadingDamagedError } from '../reading/damaged-error'
import { StorageError } from '../reading/storage'
import { ReadingFailedError } from '../reading/superblock-slots'
import { BrokenNumbersError } from '../sampler/scores'
import { SettingsError } from '../sampler/settings'

/** A failure that the loop itself finds. */
export class LoopError extends Error {
  readonly failure: EngineFailure
  constructor(failure: EngineFailure) {
    super(failure.message)
    this.failure = failure
  }
}

export const notLoaded = (): LoopError => new LoopError({ kind: 'not-loaded', message: 'No model is loaded yet. Choose one in the settings.' })

export const contextExceeded = (model: string, tokens: number, contextMax: number): LoopError =>
  new LoopError({
    kind: 'context-exceeded',
    message: `The question with its passages takes ${tokens} tokens, and ${model} can have ${contextMax} in view, the answer included. Ask about fewer passages, or start a new conversation.`,
  })

/** Of a whole document in view; less would cut most answers. */
export const answerTokensMin = 128

export const textExceeded = (model: string, tokens: number, contextMax: number): LoopError =>
  new LoopError({
    kind: 'context-exceeded',
    message: `The document takes ${tokens} tokens, and ${model} can have ${contextMax} in view, question and answer included. Ask from passages, or choose a model that can have more in view.`,
  })

/** What a person is told of something thrown while `path`'s model was loaded or used. */
export function toFailure(thrown: unknown, path: string | null): EngineFailure {
  const { kind, message } = describe(thrown, path)
  return { kind, message: showable(message, messageLettersMax) }
}

const messageLettersMax = 400

/** Words out of a file, or its name, as they can be shown: nothing that turns the direction of writing or breaks lines, and not without end. */
export function showable(text: string, lettersMax: number): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd')
  return clean.length <= lettersMax ? clean : `${clean.slice(0, lettersMax - 1)}…`
}

function describe(thrown: unknown, path: string | null): EngineFailure {
  const name = path === null ? 'The model' : basename(path)
  if (thrown instanceof LoopError) return thrown.failure
  if (thrown instanceof GgufError) return { kind: thrown.kind === 'invalid' ? 'model-invalid' : 'model-unsupported', message: `${name} ${thrown.predicate}.` }
  if (thrown instanceof ModelUnsupportedError) return { kind: 'model-unsupported', message: `${name} ${thrown.predicate}.` }
  if (thrown instanceof ContextExceededError) return contextExceeded(name, thrown.tokens, thrown.contextMax).failure
  if (thrown instanceof KvBudgetError) return { kind: 'out-of-memory', message: thrown.message }
  if (thrown instanceof SettingsError) return { kind: 'invalid-request', message: thrown.message }
  if (thrown instanceof BrokenNumbersError) return { kind: 'broken-numbers', message: thrown.message }
  if (thrown instanceof DeviceError) return { kind: 'device-failed', message: thrown.message }
  if (thrown instanceof StorageError) return { kind: thrown.kind === 'full' ? 'disk-full' : 'reading-failed', message: thrown.message }
  if (thrown instanceof ReadingsError || thrown instanceof ReadingFailedError || thrown instanceof ReadingDamagedError) return { kind: 'reading-failed', message: thrown.message }
  const code = errorCode(thrown)
  if (code === 'ENOENT') return { kind: 'model-missing', message: `${name} is not there any more. Download the model again, or choose another.` }
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'model-missing', message: `${name} may not be read by this user. Change its permissions, or choose another model.` }
  if (code !== null) return { kind: 'model-missing', message: `${name} cannot be read from its disk (${code}). Download the model again, or choose another.` }
  if (isOutOfMemory(thrown)) return { kind: 'out-of-memory', message: `There is not enough memory for ${name}. Close other programs, or choose a smaller model.` }
  return { kind: 'unexpected', message: `The engine met something that it does not know: ${thrown instanceof Error ? thrown.message : String(thrown)}` }
}

/** JavaScript's own lack of memory and that of ggml are the same kind of error as a wrong index; their words differ. */
const isOutOfMemory = (thrown: unknown): boolean => thrown instanceof RangeError && /memory|allocation failed/i.test(thrown.message)

function errorCode(thrown: unknown): string | null {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : null
}
