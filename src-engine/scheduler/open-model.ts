import { basename, join } from 'node:path'
import { usualBudget } from '../attention/mode'
import { createChatFormat } from '../chat/prompt'
import { recogniseTemplate, templateName } from '../chat/template'
import { createPace } from '../draft/pace'
import { openEngine, type Session } from '../engine'
import { calibrate } from '../evidence/calibrate'
import { hasHead } from '../evidence/heads'
import type { GgufFile } from '../gguf/file'
import { findText } from '../gguf/metadata'
import { openModelFile, type ModelFile } from '../gguf/model-file'
import { GgufError } from '../gguf/reader'
import type { ModelShape } from '../model/shape'
import type { ChatMessage, ReadingSpeed } from '../protocol'
import type { SyncOptions } from '../session'
import { ReadingsError } from '../reading/folder'
import { identityOf, type ReadingIdentity } from '../reading/identity'
import { hashWeights, ModelHashes, stampOf, type HashedModel, type HashHooks, type ModelHash } from '../reading/model-hashes'
import { measureSpeed } from '../speed'
import { createTokenizer } from '../tokenizer/tokenizer'
import { beginningText } from './beginning-text'
import { computerMemory } from './computer-memory'
import { showable } from './failures'
import type { ChatSession, OpenModel } from './model'
import type { OpenHooks, WantedModel } from './world'

const nameLettersMax = 80
/** In the folder of readings. */
export const hashesName = 'models.json'

/**
 * Opens a model file for chats. The file is checked whole, tokenizer and template included, before the old model goes and memory is taken.
 * @throws GgufError, ModelUnsupportedError, RangeError, DeviceError, errors of node:fs, AbortError
 */
export async function openModel(wanted: WantedModel, hooks: OpenHooks): Promise<OpenModel> {
  const opened = openModelFile(wanted.path)
  try {
    return await openChecked({ ...wanted, stamp: await stampOf(opened.paths) }, opened, hooks)
  } catch (thrown) {
    opened.close()
    throw thrown
  }
}

type StampedModel = WantedModel & Pick<HashedModel, 'stamp'>

async function openChecked({ path, contextMax, device, threads, stamp }: StampedModel, opened: ModelFile, hooks: OpenHooks): Promise<OpenModel> {
  const { file, source } = opened
  const tokenizer = createTokenizer(file)
  const template = recogniseTemplate(file)
  const format = createChatFormat(template, tokenizer)
  const name = showable(findText(file, 'general.name') ?? basename(path, '.gguf'), nameLettersMax)
  hooks.signal.throwIfAborted()
  hooks.replace()
  const limits = { ...(contextMax !== null && { contextMax }), ...(threads !== null && { threads }), ...computerMemory() }
  const engine = await openEngine({ path, opened, device, ...limits, signal: hooks.signal, onProgress: hooks.onProgress })
  try {
    if (tokenizer.size > engine.shape.vocabulary) throw new GgufError(`is damaged: it has ${tokenizer.size} tokens and numbers for ${engine.shape.vocabulary}`)
    const session = engine.open(contextMax === null ? {} : { contextMax })
    const facts = {
      name,
      architecture: findText(file, 'general.architecture') ?? '',
      parameters: parametersOf(file),
      bytes: source.length,
      contextMax: engine.shape.contextMax,
      markTokens: beginningText({ format, tokenizer }, emptyTurns).tokens.length,
      vocabulary: tokenizer.size,
      threads: engine.threads,
      layers: engine.shape.layers,
      devices: engine.devices,
    }
    if (engine.residency === 'layer by layer') hooks.log('info', 'there is not enough free memory for all weights: reading a text takes them layer by layer')
    if (engine.handedBack.length > 0) hooks.log('info', `the processor computes what the device does not know: ${engine.handedBack.join(', ')}`)
    if (device !== 'auto' && device !== 'cpu' && engine.devices.length === 0) hooks.log('warn', `${device} took nothing of the model: it is not there, or has too little free memory`)
    const measure = (abort: AbortSignal): Promise<ReadingSpeed> => measureSpeed(engine, () => process.memoryUsage.rss(), abort)
    return {
      facts, tokenizer, format,
      session: chatSession(session, engine.shape),
      pace: createPace(),
      calibrate: (cases, calibrating) => calibrate({ session, shape: engine.shape, tokenizer, format }, cases, calibrating),
      usualBudgetBytes: () => usualBudget(computerMemory(), engine.kvBytes),
      residency: engine.residency,
      prefill: (tokens, kept, options) => engine.prefill(tokens, kept, options),
      keepSummaries: (...of) => engine.keepSummaries(...of),
      async identity({ folder, document }, hashing): Promise<ReadingIdentity> {
        const hashes = new ModelHashes(join(folder, hashesName))
        const { sha256, bytes } = await hashes.of({ name, path, stamp }, () => hashModel({ path, stamp }, engine.shape, hashing))
        return identityOf(engine.shape, { document, model: sha256, modelBytes: bytes, template: templateName(template), kvType: 'f16' })
      },
      measure,
      close: () => engine.close(),
    }
  } catch (thrown) {
    engine.close()
    throw thrown
  }
}

const emptyTurns: readonly ChatMessage[] = [{ role: 'system', content: '' }, { role: 'user', content: '' }]

/** Of the model as it was loaded. @throws ReadingsError if its file is another one by now */
async function hashModel({ path, stamp }: Pick<HashedModel, 'path' | 'stamp'>, { normEpsilon }: ModelShape, hooks: HashHooks): Promise<ModelHash> {
  const { paths, file, source, close } = openModelFile(path)
  try {
    const hash = await hashWeights(file, normEpsilon, source, hooks)
    if (await stampOf(paths) !== stamp) throw new ReadingsError(`${basename(path)} was changed since it was loaded, so nothing that it reads can be kept. Start Longleaf again, which loads it as it is now.`)
    return hash
  } finally {
    close()
  }
}

export const parametersOf = ({ tensors }: GgufFile): number =>
  tensors.reduce((sum, { dimensions }) => sum + dimensions.reduce((product, size) => product * size, 1), 0)

function chatSession(session: Session, shape: ModelShape): ChatSession {
  // Heads come from tables that know models by name: a file that is another model under that name still answers, without evidence.
  const known = ({ heads, from }: NonNullable<SyncOptions['watch']>) => ({ heads: heads.filter((head) => hasHead(shape, head)), from })
  return {
    contextMax: session.contextMax,
    get tokens() {
      return session.tokens
    },
    get attention() {
      return session.attention
    },
    get retrieval() {
      return session.retrieval
    },
    async sync(tokens, { watch, ...hooks }) {
      const result = await session.sync(Array.from(tokens), { ...hooks, ...(watch && { watch: known(watch) }) })
      return { ...result, logits: session.logits }
    },
    keepTail: (keptTail) => session.keepTail(keptTail),
    steps: (tokens, signal) => session.steps(tokens, signal),
    rewind: (length) => session.rewind(length),
    evidence: (rows, spans) => session.evidence(rows, spans),
  }
}
