import { createChatFormat } from '../chat/prompt'
import { recogniseTemplate } from '../chat/template'
import { openBackend } from '../ggml/backend'
import type { GgufFile } from '../gguf/file'
import { findCount } from '../gguf/metadata'
import { openModelFile, type ModelFile } from '../gguf/model-file'
import { loadModel } from '../model/model'
import { architectureOf } from '../model/shape'
import type { FileFacts } from '../protocol'
import { createTokenizer } from '../tokenizer/tokenizer'
import { parametersOf } from './open-model'

/** Keys and values are kept as F16. */
const kvNumberBytes = 2

/**
 * Everything that is checked when a model is opened, without its weights and without taking memory for them.
 * @throws what `openModel` throws of the file
 */
export async function inspectModel(path: string): Promise<FileFacts> {
  const opened = openModelFile(path)
  try {
    return await inspectOpened(opened)
  } finally {
    opened.close()
  }
}

async function inspectOpened(opened: ModelFile): Promise<FileFacts> {
  const { file } = opened
  createChatFormat(recogniseTemplate(file), createTokenizer(file))
  await checkTensors(opened)
  const architecture = architectureOf(file)
  const count = (key: string): number => findCount(file, `${architecture}.${key}`, 1, Number.MAX_SAFE_INTEGER) ?? 0
  const heads = count('attention.head_count')
  const kvHeads = count('attention.head_count_kv') || heads
  const layers = count('block_count')
  const headSize = count('attention.key_length') || count('embedding_length') / heads
  return {
    architecture,
    quantisation: mainType(file),
    parameters: parametersOf(file),
    contextMax: count('context_length'),
    shape: { layers, kvHeads, headSize },
    kvBytesPerToken: layers * kvHeads * headSize * 2 * kvNumberBytes,
  }
}

/** Loads the model up to the point where its weights would be read. */
async function checkTensors({ file, source }: ModelFile): Promise<void> {
  const backend = openBackend({ threadsMax: 1 })
  try {
    await loadModel(backend, file, source, { signal: AbortSignal.abort() })
  } catch (thrown) {
    if (!(thrown instanceof Error && thrown.name === 'AbortError')) throw thrown
  } finally {
    backend.free()
  }
}

/** The way in which most bytes of a file are stored. */
function mainType({ tensors }: GgufFile): string {
  const bytes = new Map<string, number>()
  for (const tensor of tensors) bytes.set(tensor.typeName, (bytes.get(tensor.typeName) ?? 0) + tensor.bytes)
  return [...bytes].sort(([, a], [, b]) => b - a)[0]?.[0] ?? ''
}
