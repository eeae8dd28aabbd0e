import { beginningText } from './beginning-text'
import { keepIn } from '../prefill/keep-in'
import type { PrefillProgress } from '../prefill/course'
import type { KeptSummaries } from '../prefill/kept'
import { keptIn } from '../prefill/kept-form'
import { stretches } from '../prefill/stretches'
import { prefillChunk, type EngineRequest, type ReadBeginning, type ReadEnd } from '../protocol'
import { ReadingDamagedError } from '../reading/damaged-error'
import type { Readings } from '../reading/folder'
import { inForm, type KvForm, type ReadingIdentity } from '../reading/identity'
import { tokenBytes } from '../reading/layout'
import type { Reading } from '../reading/reading'
import type { HeldReading } from '../reading/shared-readings'
import { answerTokensMin, textExceeded } from './failures'
import type { OpenModel } from './model'
import { findInAnyForm } from './kept-reading'
import { summariesBeside } from './kept-summaries'
import { onDisk } from './on-disk'

export interface ReadTextHooks {
  /** Again and again while the model's file is looked at, before anything is begun. */
  onLook?(): void
  onBegun(beginning: ReadBeginning): void
  onProgress(progress: PrefillProgress): void
  /** Again and again while what was read is summed up. @param tokens all of the text */
  onSumUp(tokens: number): void
  /** See `PrefillOptions`. */
  between(): Promise<void>
  readonly signal: AbortSignal
  /** Milliseconds of a clock that never goes back. */
  now(): number
}

type ReadRequest = Pick<Extract<EngineRequest, { readonly kind: 'read' }>, 'messages' | 'place' | 'superChunkTokens' | 'room' | 'form' | 'selectedTokens'>

/**
 * Reads a text and keeps what comes of it, from where an earlier reading of it ended. An abort ends it: whole super-chunks stay.
 * @throws LoopError if the text does not fit; ReadingsError, StorageError, ReadingFailedError; what computing throws
 */
export async function readText(model: OpenModel, readings: Readings, request: ReadRequest, hooks: ReadTextHooks): Promise<ReadEnd> {
  const { messages, place, superChunkTokens, room, form, selectedTokens } = request
  const begun = hooks.now()
  const { tokens, sources } = beginningText(model, messages)
  if (tokens.length + answerTokensMin > model.session.contextMax) throw textExceeded(model.facts.name, tokens.length, model.session.contextMax)
  const { held, why } = await openOrCreate(readings, await model.identity(place, { signal: hooks.signal, onProgress: () => hooks.onLook?.() }), form)
  try {
    const { reading } = held
    const kept = await keepIn(reading, tokens, sources)
    const textRead = (read: number): number => (read === tokens.length ? messages.at(-1)?.content.length ?? 0 : sources.offsets[read] ?? 0)
    const textAt = stretches(0, tokens.length, prefillChunk).map(({ start, count }) => textRead(start + count))
    hooks.onBegun({ reading: held.name, tokensTotal: tokens.length, chunkTokens: prefillChunk, textAt })
    let reused = 0
    const damage = await againWhereDamaged(reading, async () => {
      // Nothing can follow a part of a chunk.
      if (reading.tokens.length < tokens.length && reading.tokens.length % prefillChunk !== 0) await reading.rewind(reading.tokens.length - 1)
      reused = reading.tokens.length
      await onDisk(() => readings.makeRoom((tokens.length - reused) * tokenBytes(reading.identity), room))
      await unlessStopped(hooks.signal, async () => {
        await model.prefill(tokens, kept, {
          signal: hooks.signal, onProgress: (progress) => hooks.onProgress(progress), between: () => hooks.between(),
          ...(superChunkTokens !== null && { superChunkTokens }),
          // Where the weights come for each super-chunk, short ones cost as much as long ones.
          ...(model.residency === 'resident' && { firstTokens: prefillChunk }),
        })
        if (selectedTokens !== undefined) await sumUp(model, { held, summaries: summariesBeside(readings, held, room), selectedTokens }, hooks)
      })
    })
    const read = reading.tokens.length
    return {
      reading: held.name,
      tokens: { read, total: tokens.length, reused, prefilled: read - reused },
      textRead: textRead(read),
      bytes: reading.bytes,
      setAside: damage ?? why,
      weights: model.residency,
      milliseconds: hooks.now() - begun,
    }
  } finally {
    await held.close()
  }
}

interface WholeReading {
  readonly held: HeldReading
  readonly summaries: KeptSummaries
  readonly selectedTokens: number
}

/** Without the memory for it the first question that needs it will see to it. @throws what reading it throws; the reason of the signal */
async function sumUp(model: OpenModel, { held: { reading }, summaries, selectedTokens }: WholeReading, hooks: ReadTextHooks): Promise<void> {
  try {
    await model.keepSummaries(keptIn(reading), summaries, selectedTokens, async () => {
      await hooks.between()
      hooks.signal.throwIfAborted()
      hooks.onSumUp(reading.tokens.length)
    })
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown
  }
}

interface Opened {
  readonly held: HeldReading
  readonly why: string | null
}

/** What was begun in one form goes on in it. */
async function openOrCreate(readings: Readings, identity: ReadingIdentity, form: KvForm): Promise<Opened> {
  const found = await findInAnyForm(readings, identity)
  if (found.kind === 'none') return { held: await onDisk(() => readings.create(inForm(identity, form))), why: found.why }
  return { held: found.held, why: found.lostTokens === 0 ? null : `What was read before is damaged on its disk: the last ${found.lostTokens} tokens are read again.` }
}

/** Damage shows where what was read is looked back on: the reading is shorter then, and read on from there. Gives what was damaged, as a sentence. */
async function againWhereDamaged(reading: Reading, work: () => Promise<void>): Promise<string | null> {
  for (let damage: string | null = null; ;) {
    const { length } = reading.tokens
    try {
      await work()
      return damage
    } catch (thrown) {
      // A disk that spoils the same place again is not tried for ever.
      if (!(thrown instanceof ReadingDamagedError) || reading.tokens.length >= length) throw thrown
      damage = thrown.message
    }
  }
}

async function unlessStopped(signal: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (thrown) {
    if (!(signal.aborted && thrown instanceof Error && thrown.name === 'AbortError')) throw thrown
  }
}
