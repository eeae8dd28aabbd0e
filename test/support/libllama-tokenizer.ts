/** The reference for token ids: libllama of the same package, with a file's vocabulary alone. Shows nothing of the engine's own tables. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import koffi from 'koffi'
import { loadGgml } from '../../src-engine/ggml/libraries/ggml'
import { libraryFolder } from '../../src-engine/ggml/libraries/installed'

export interface ReferenceTokenizer {
  /** `special`: control tokens written in the text are taken as such. */
  tokenize(bytes: Uint8Array, special: boolean): Int32Array
}

function bind() {
  loadGgml()
  const file = readdirSync(libraryFolder()).find((name) => /^(lib)?llama(\.v?\d[\d.]*)?\.(so|dylib|dll)$/.test(name))
  if (file === undefined) throw new Error(`${libraryFolder()} holds no libllama.`)
  const library = koffi.load(join(libraryFolder(), file))
  const parameters = koffi.struct({
    devices: 'void *', tensor_buft_overrides: 'void *', n_gpu_layers: 'int32_t', split_mode: 'int', load_mode: 'int', lazy_mode: 'int', main_gpu: 'int32_t',
    tensor_split: 'void *', progress_callback: 'void *', progress_callback_user_data: 'void *', kv_overrides: 'void *',
    vocab_only: 'bool', check_tensors: 'bool', use_extra_bufts: 'bool', no_host: 'bool', no_alloc: 'bool', load_mtp: 'bool',
  })
  const quiet = koffi.register(() => undefined, koffi.pointer(koffi.proto('void quiet_log(int level, const char *text, void *data)')))
  library.func('llama_log_set', 'void', ['void *', 'void *'])(quiet, null)
  library.func('llama_backend_init', 'void', [])()
  return {
    defaults: library.func('llama_model_default_params', parameters, []),
    load: library.func('llama_model_load_from_file', 'void *', ['str', parameters]),
    vocabulary: library.func('llama_model_get_vocab', 'void *', ['void *']),
    tokenize: library.func('llama_tokenize', 'int32_t', ['void *', 'void *', 'int32_t', 'void *', 'int32_t', 'bool', 'bool']),
  }
}

let bound: ReturnType<typeof bind> | null = null

/** Loads the vocabulary of a GGUF file. The library stays loaded until the process ends. */
export function openReferenceTokenizer(path: string): ReferenceTokenizer {
  bound ??= bind()
  const { defaults, load, vocabulary, tokenize } = bound
  const model: unknown = load(path, Object.assign({}, defaults(), { vocab_only: true }))
  if (model === null) throw new Error(`libllama does not load ${path}`)
  const handle: unknown = vocabulary(model)
  return {
    tokenize(bytes, special) {
      const ids = new Int32Array(bytes.length + 16)
      const count: unknown = tokenize(handle, bytes, bytes.length, ids, ids.length, false, special)
      if (typeof count !== 'number' || count < 0) throw new Error(`libllama needs room for ${String(count)} tokens`)
      return ids.subarray(0, count)
    },
  }
}
