/**
 * llama.cpp's own library, from the package that brings ggml: the independent reference in tests and the peer in benchmarks. The app never calls it.
 * Struct layouts: llama.h of the sources that the package was built from.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import koffi from 'koffi'
import { loadGgml } from '../../src-engine/ggml/libraries/ggml'
import { libraryFolder } from '../../src-engine/ggml/libraries/installed'
import { fillState } from './libllama-state'

export interface LlamaOptions {
  readonly path: string
  /** Tokens that fit. */
  readonly context: number
  /** Tokens computed together. */
  readonly chunk: number
  readonly kvType: 'f16' | 'f32'
  readonly flashAttention: boolean
  readonly threads: number
  /** As stored, for a reference that is the same on every processor; otherwise repacked as llama.cpp does by itself on this one. */
  readonly weights?: 'fastest' | 'as-stored'
  /** Layers on the graphics devices that were found; by default none. */
  readonly deviceLayers?: number
  /** One of the same file that is closed later: its weights serve this one too. */
  readonly beside?: Llama
}

export interface Llama {
  readonly vocabulary: number
  tokenize(text: string, special: boolean): number[]
  /** Reads tokens after those that were read before, in chunks; gives the logits of the last. */
  decode(tokens: readonly number[]): Float32Array
  /** The same on another thread, with the logits of every token. */
  decodeAll(tokens: readonly number[], onLogits: (index: number, logits: Float32Array) => void): Promise<void>
  /** Forgets all tokens from a place on. */
  rewind(length: number): void
  /** As if so many tokens had been read: their keys and values are those of a few tokens, again and again. */
  fill(tokens: number): void
  /** Of what was read, with its keys and values. */
  stateBytes(): number
  /** Writes what was read into a file, as llama.cpp's programs do. */
  saveState(path: string): void
  /** Takes over what `saveState` wrote. */
  loadState(path: string): void
  close(): void
}

koffi.struct('llama_model_params', {
  devices: 'void *', tensor_buft_overrides: 'void *', n_gpu_layers: 'int32_t', split_mode: 'int', load_mode: 'int', lazy_mode: 'int', main_gpu: 'int32_t',
  tensor_split: 'void *', progress_callback: 'void *', progress_callback_user_data: 'void *', kv_overrides: 'void *',
  vocab_only: 'bool', check_tensors: 'bool', use_extra_bufts: 'bool', no_host: 'bool', no_alloc: 'bool', load_mtp: 'bool',
})
koffi.struct('llama_context_params', {
  n_ctx: 'uint32_t', n_batch: 'uint32_t', n_ubatch: 'uint32_t', n_seq_max: 'uint32_t', n_rs_seq: 'uint32_t', n_outputs_max: 'uint32_t', n_outputs_max_per_seq: 'uint32_t',
  n_threads: 'int32_t', n_threads_batch: 'int32_t', ctx_type: 'int', rope_scaling_type: 'int', pooling_type: 'int', attention_type: 'int', flash_attn_type: 'int',
  rope_freq_base: 'float', rope_freq_scale: 'float', yarn_ext_factor: 'float', yarn_attn_factor: 'float', yarn_beta_fast: 'float', yarn_beta_slow: 'float',
  yarn_orig_ctx: 'uint32_t', defrag_thold: 'float', cb_eval: 'void *', cb_eval_user_data: 'void *', type_k: 'int', type_v: 'int',
  abort_callback: 'void *', abort_callback_data: 'void *', embeddings: 'bool', offload_kqv: 'bool', no_perf: 'bool', op_offload: 'bool', swa_full: 'bool', kv_unified: 'bool',
  samplers: 'void *', n_samplers: 'size_t', ctx_other: 'void *',
})
koffi.struct('llama_batch', {
  n_tokens: 'int32_t', token: 'int32_t *', embd: 'void *', pos: 'void *', n_seq_id: 'void *', seq_id: 'void *', logits: 'int8_t *',
})

type Library = ReturnType<typeof bind>

function bind(folder: string) {
  const file = readdirSync(folder).find((name) => /^(lib)?llama(\.v?\d[\d.]*)?\.(so|dylib|dll)$/.test(name))
  if (file === undefined) throw new Error(`${folder} holds no libllama.`)
  const library = koffi.load(join(folder, file))
  library.func('llama_log_set', 'void', ['void *', 'void *'])(library.symbol('llama_time_us'), null)
  library.func('llama_backend_init', 'void', [])()
  return {
    modelDefaults: library.func('llama_model_default_params', 'llama_model_params', []),
    contextDefaults: library.func('llama_context_default_params', 'llama_context_params', []),
    loadModel: library.func('llama_model_load_from_file', 'void *', ['str', 'llama_model_params']),
    freeModel: library.func('llama_model_free', 'void', ['void *']),
    openContext: library.func('llama_init_from_model', 'void *', ['void *', 'llama_context_params']),
    attachPool: library.func('llama_attach_threadpool', 'void', ['void *', 'void *', 'void *']),
    freeContext: library.func('llama_free', 'void', ['void *']),
    vocabularyOf: library.func('llama_model_get_vocab', 'void *', ['void *']),
    vocabularySize: library.func('llama_vocab_n_tokens', 'int32_t', ['void *']),
    tokenize: library.func('llama_tokenize', 'int32_t', ['void *', 'void *', 'int32_t', 'void *', 'int32_t', 'bool', 'bool']),
    decode: library.func('llama_decode', 'int32_t', ['void *', 'llama_batch']),
    logitsOf: library.func('llama_get_logits_ith', 'void *', ['void *', 'int32_t']),
    memoryOf: library.func('llama_get_memory', 'void *', ['void *']),
    stateBytes: library.func('llama_state_seq_get_size', 'size_t', ['void *', 'int32_t']),
    readState: library.func('llama_state_seq_get_data', 'size_t', ['void *', 'void *', 'size_t', 'int32_t']),
    writeState: library.func('llama_state_seq_set_data', 'size_t', ['void *', 'void *', 'size_t', 'int32_t']),
    saveState: library.func('llama_state_seq_save_file', 'size_t', ['void *', 'str', 'int32_t', 'void *', 'size_t']),
    loadState: library.func('llama_state_seq_load_file', 'size_t', ['void *', 'str', 'int32_t', 'void *', 'size_t', 'void *']),
    forget: library.func('llama_memory_seq_rm', 'bool', ['void *', 'int32_t', 'int32_t', 'int32_t']),
  }
}

let library: Library | undefined
const models = new WeakMap<Llama, unknown>()

/** @throws if it cannot load the model. */
export function openLlama({ path, context, chunk, kvType, flashAttention, threads, weights = 'fastest', deviceLayers = 0, beside }: LlamaOptions): Llama {
  const { processor } = loadGgml()
  const lib = (library ??= bind(libraryFolder()))
  const model: unknown = beside === undefined ? lib.loadModel(path, { ...lib.modelDefaults(), n_gpu_layers: deviceLayers, use_extra_bufts: weights === 'fastest' }) : models.get(beside)
  if (model === 0n || model === null) throw new Error(`libllama cannot load ${path}.`)
  const type = kvType === 'f16' ? 1 : 0
  const handle: unknown = lib.openContext(model, {
    ...lib.contextDefaults(), n_ctx: context, n_batch: chunk, n_ubatch: chunk, n_threads: threads, n_threads_batch: threads,
    flash_attn_type: flashAttention ? 1 : 0, type_k: type, type_v: type,
  })
  if (handle === 0n || handle === null) throw new Error('libllama gave no context.')
  // Without a pool of its own it would start new threads for every graph; these are the settings of llama.cpp's own programs.
  const cpumask = new Array<boolean>(512).fill(false)
  const pool = processor.ggml_threadpool_new({ cpumask, n_threads: threads, prio: 0, poll: 50, strict_cpu: false, paused: false })
  lib.attachPool(handle, pool, pool)
  const vocabularyHandle: unknown = lib.vocabularyOf(model)
  const vocabulary = Number(lib.vocabularySize(vocabularyHandle))
  // These outlive every call that reads them on another thread.
  const ids = new Int32Array(chunk)
  const flags = new Int8Array(chunk)
  /** A batch after what the sequence holds. `every` is 1 for logits of every token, 0 for those of the last alone. */
  const batchOf = (tokens: readonly number[], every: 0 | 1): Readonly<Record<string, unknown>> => {
    ids.set(tokens)
    flags.fill(every)
    flags[tokens.length - 1] = 1
    return { n_tokens: tokens.length, token: ids, embd: null, pos: null, n_seq_id: null, seq_id: null, logits: flags }
  }
  const row = (index: number): Float32Array => koffi.decode(lib.logitsOf(handle, index), koffi.array('float', vocabulary, 'Typed')) as Float32Array
  const llama: Llama = {
    vocabulary,
    tokenize(text, special) {
      const bytes = new TextEncoder().encode(text)
      const found = new Int32Array(bytes.length + 16)
      const count = Number(lib.tokenize(vocabularyHandle, bytes, bytes.length, found, found.length, false, special))
      if (count < 0) throw new Error('libllama found more tokens than bytes.')
      return [...found.subarray(0, count)]
    },
    decode(tokens) {
      for (let start = 0; start < tokens.length; start += chunk) expectDone(lib.decode(handle, batchOf(tokens.slice(start, start + chunk), 0)))
      return row(-1)
    },
    async decodeAll(tokens, onLogits) {
      for (let start = 0; start < tokens.length; start += chunk) {
        const part = tokens.slice(start, start + chunk)
        expectDone(await new Promise((resolve, reject) => {
          lib.decode.async(handle, batchOf(part, 1), (error: Error | null, status: number) => (error === null ? resolve(status) : reject(error)))
        }))
        part.forEach((_, i) => onLogits(start + i, row(i)))
      }
    },
    rewind(length) {
      lib.forget(lib.memoryOf(handle), 0, length, -1)
    },
    fill(tokens) {
      lib.forget(lib.memoryOf(handle), 0, 0, -1)
      llama.decode(Array.from({ length: Math.min(chunk, 64) }, (_, i) => (i * 31) % vocabulary))
      const small = new Uint8Array(Number(lib.stateBytes(handle, 0)))
      lib.readState(handle, small, small.length, 0)
      const state = fillState(small, tokens)
      if (Number(lib.writeState(handle, state, state.length, 0)) === 0) throw new Error('libllama does not take the state.')
    },
    stateBytes: () => Number(lib.stateBytes(handle, 0)),
    saveState(file) {
      if (Number(lib.saveState(handle, file, 0, new Int32Array(1), 0)) === 0) throw new Error(`libllama did not write ${file}.`)
    },
    loadState(file) {
      if (Number(lib.loadState(handle, file, 0, new Int32Array(1), 1, new BigUint64Array(1))) === 0) throw new Error(`libllama did not take ${file}.`)
    },
    close() {
      lib.freeContext(handle)
      processor.ggml_threadpool_free(pool)
      if (beside === undefined) lib.freeModel(model)
    },
  }
  models.set(llama, model)
  return llama
}

function expectDone(status: unknown): void {
  if (status !== 0) throw new Error(`llama_decode gave ${String(status)}.`)
}
