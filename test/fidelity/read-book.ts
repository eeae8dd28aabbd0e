/** The beginning of a real book as a model has read it, kept in the cache: a rerun reads nothing. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { thisCache } from '../../scripts/setup/paths.mjs'
import { createChatFormat, type ChatFormat } from '../../src-engine/chat/prompt'
import { recogniseTemplate } from '../../src-engine/chat/template'
import { openModelFile } from '../../src-engine/gguf/model-file'
import { keepIn } from '../../src-engine/prefill/keep-in'
import { prefill } from '../../src-engine/prefill/prefill'
import type { Model } from '../../src-engine/model/model'
import { prefillChunk } from '../../src-engine/protocol'
import { openReadings } from '../../src-engine/reading/folder'
import type { HeldReading } from '../../src-engine/reading/shared-readings'
import { identityOf } from '../../src-engine/reading/identity'
import { formatVersion } from '../../src-engine/reading/superblock'
import { createTokenizer, type Tokenizer } from '../../src-engine/tokenizer/tokenizer'
import { bookText } from '../support/book-text'
import type { BookName } from '../support/books'
import type { OpenedModel } from '../support/token-major'

const superChunkTokens = 4 * prefillChunk

export interface ReadBook {
  readonly held: HeldReading
  /** How the book goes on. */
  readonly next: readonly number[]
  readonly tokenizer: Tokenizer
  readonly format: ChatFormat
}

export interface Wanted {
  /** To be read, the beginning of the chat included: whole chunks. */
  readonly tokens: number
  /** Of the book, after them. */
  readonly next: number
}

/** Of readings, in the cache. */
export const fidelityFolder = (): string => join(thisCache(), 'fidelity')

export async function readBook(opened: OpenedModel, path: string, name: BookName, { tokens, next }: Wanted): Promise<ReadBook> {
  const { file, close } = openModelFile(path)
  const tokenizer = createTokenizer(file)
  const format = createChatFormat(recogniseTemplate(file), tokenizer)
  close()
  const content = (await bookText(name)).toString('utf8')
  const all = Array.from(format.prompt([{ role: 'user', content }]).subarray(0, tokens + next))
  if (all.length < tokens + next || tokens % prefillChunk !== 0) throw new RangeError(`${name} has ${all.length} tokens: ${tokens} and ${next} more are not in it, or no whole chunks.`)
  const wanted = all.slice(0, tokens)
  const document = createHash('sha256').update(JSON.stringify([name, wanted])).digest('hex')
  const held = await open(fidelityFolder(), opened.model, document)
  const places = { parts: new Int32Array(tokens).fill(-1), offsets: new Int32Array(tokens) }
  const begun = performance.now()
  let told = held.reading.tokens.length
  await prefill(opened.backend, opened.model, wanted, await keepIn(held.reading, wanted, places), {
    superChunkTokens,
    onProgress({ tokensDone, millisecondsLeft }) {
      if (tokensDone < told + superChunkTokens) return
      told = tokensDone
      console.error(`  ${name}: ${tokensDone} of ${tokens} tokens read, ${Math.round(millisecondsLeft / 1000)} s left`)
    },
  })
  if (performance.now() - begun > 1000) console.error(`  ${name}: read in ${Math.round((performance.now() - begun) / 1000)} s`)
  return { held, next: all.slice(tokens), tokenizer, format }
}

async function open(folder: string, { shape, weights }: Model, document: string): Promise<HeldReading> {
  const identity = identityOf(shape, { document, model: '0'.repeat(64), modelBytes: weights.bytes, template: 'fidelity', kvType: 'f16' })
  // Two checkouts with different formats share the cache, and each would remove the other's.
  const readings = await openReadings(join(folder, `format-${formatVersion}`))
  const found = await readings.find(identity)
  return found.kind === 'found' ? found.held : readings.create(identity)
}
