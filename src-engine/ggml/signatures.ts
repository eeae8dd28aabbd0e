/**
 * The C functions of ggml that Longleaf calls, each once, in the words of its headers (ggml.h, ggml-alloc.h, ggml-backend.h, ggml-cpu.h).
 * Only this file and large-pages.ts know koffi. An address is a bigint here and stays inside this folder.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import koffi, { type LibraryHandle } from 'koffi'

/** Where something of ggml's lies in memory. */
export type Address = bigint

/** Whether a function gave C's NULL, for which koffi has `null`. */
export function isNull(address: Address | null): boolean {
  return address === null || address === 0n
}

type Data = Uint8Array | Uint16Array | Int32Array | Float32Array

interface InitParameters {
  readonly mem_size: number
  readonly mem_buffer: null
  readonly no_alloc: boolean
}

export interface ThreadPoolParameters {
  /** All false: the operating system places the threads. */
  readonly cpumask: readonly boolean[]
  readonly n_threads: number
  readonly prio: number
  /** How long a thread looks for the next graph before it sleeps: 131,072 pauses for each unit. */
  readonly poll: number
  readonly strict_cpu: boolean
  readonly paused: boolean
}

/** Of so many numbers, on another thread. */
type Conversion = (from: Data, to: Data, numbers: number) => Promise<void>

/** f16 to f32 and back, f32 to q8_0 and back. */
export interface Conversions {
  readonly halvesToFloats: Conversion
  readonly floatsToHalves: Conversion
  readonly quantiseFloats: Conversion
  readonly dequantiseFloats: Conversion
}

type Pair<T> = (context: Address, a: Address, b: Address) => T

/** What the table below becomes; parameters in the order of the C declarations. */
export interface Ggml {
  readonly ggml_init: (parameters: InitParameters) => Address
  readonly ggml_free: (context: Address) => void
  readonly ggml_tensor_overhead: () => number
  readonly ggml_new_tensor_4d: (context: Address, type: number, ne0: number, ne1: number, ne2: number, ne3: number) => Address
  readonly ggml_set_input: (tensor: Address) => void
  readonly ggml_set_output: (tensor: Address) => void

  readonly ggml_add: Pair<Address>
  readonly ggml_mul: Pair<Address>
  readonly ggml_mul_mat: Pair<Address>
  readonly ggml_out_prod: Pair<Address>
  readonly ggml_prec_set_acc: (tensor: Address, precision: number) => boolean
  readonly ggml_get_rows: Pair<Address>
  readonly ggml_set_rows: (context: Address, to: Address, from: Address, rows: Address) => Address
  readonly ggml_sum_rows: (context: Address, a: Address) => Address
  readonly ggml_scale_bias: (context: Address, a: Address, scale: number, bias: number) => Address
  readonly ggml_log: (context: Address, a: Address) => Address
  readonly ggml_rms_norm: (context: Address, a: Address, epsilon: number) => Address
  readonly ggml_swiglu: (context: Address, a: Address) => Address
  readonly ggml_swiglu_split: Pair<Address>
  readonly ggml_rope_ext: (
    context: Address, a: Address, positions: Address, factors: Address | null, dimensions: number, mode: number, contextOriginal: number,
    base: number, scale: number, extension: number, attention: number, betaFast: number, betaSlow: number,
  ) => Address
  readonly ggml_soft_max_ext_inplace: (context: Address, a: Address, mask: Address, scale: number, bias: number) => Address
  readonly ggml_flash_attn_ext: (context: Address, q: Address, k: Address, v: Address, mask: Address, scale: number, bias: number, softcap: number) => Address
  readonly ggml_cont: (context: Address, a: Address) => Address
  readonly ggml_cpy: Pair<Address>
  readonly ggml_permute: (context: Address, a: Address, axis0: number, axis1: number, axis2: number, axis3: number) => Address
  readonly ggml_reshape_4d: (context: Address, a: Address, ne0: number, ne1: number, ne2: number, ne3: number) => Address
  readonly ggml_view_4d: (
    context: Address, a: Address, ne0: number, ne1: number, ne2: number, ne3: number, nb1: number, nb2: number, nb3: number, offset: number,
  ) => Address

  readonly ggml_new_graph_custom: (context: Address, size: number, gradients: boolean) => Address
  readonly ggml_graph_overhead_custom: (size: number, gradients: boolean) => number
  readonly ggml_build_forward_expand: (graph: Address, tensor: Address) => void
  readonly ggml_graph_n_nodes: (graph: Address) => number
  readonly ggml_graph_node: (graph: Address, index: number) => Address
  readonly ggml_op_desc: (tensor: Address) => string
  readonly ggml_gallocr_new: (type: Address) => Address
  readonly ggml_gallocr_free: (allocator: Address) => void
  readonly ggml_gallocr_alloc_graph: (allocator: Address, graph: Address) => boolean
  readonly ggml_gallocr_get_buffer_size: (allocator: Address, buffer: number) => number

  readonly ggml_backend_alloc_ctx_tensors_from_buft: (context: Address, type: Address) => Address
  readonly ggml_backend_buft_name: (type: Address) => string
  /** A buffer over memory of somebody else, who keeps it as long; at a multiple of 32. */
  readonly ggml_backend_cpu_buffer_from_ptr: (data: Uint8Array, bytes: number) => Address
  readonly ggml_backend_buft_alloc_buffer: (type: Address, bytes: number) => Address
  readonly ggml_backend_buffer_free: (buffer: Address) => void
  readonly ggml_backend_tensor_memset: (tensor: Address, value: number, offset: number, bytes: number) => void
  readonly ggml_backend_buffer_get_base: (buffer: Address) => Address
  readonly ggml_backend_buffer_get_size: (buffer: Address) => number
  /** Bytes that the tensor takes in the buffer, which may order numbers in its own way. */
  readonly ggml_backend_buffer_get_alloc_size: (buffer: Address, tensor: Address) => number
  /** Lets a tensor lie at an address inside a buffer; gives a status. */
  readonly ggml_backend_tensor_alloc: (buffer: Address, tensor: Address, address: Address) => number
  readonly ggml_get_data: (tensor: Address) => Address
  readonly ggml_backend_buffer_set_usage: (buffer: Address, usage: number) => void
  readonly ggml_backend_tensor_set: (tensor: Address, data: Data, offset: number, bytes: number) => void
  /** `ggml_backend_tensor_set` on another thread. */
  readonly setAsync: (tensor: Address, data: Data, offset: number, bytes: number) => Promise<void>
  /** `count` pieces of so many bytes, each so far from the one before. */
  readonly ggml_backend_tensor_set_2d: (
    tensor: Address, data: Data, offset: number, bytes: number, count: number, tensorStride: number, dataStride: number,
  ) => void
  readonly ggml_backend_tensor_get: (tensor: Address, data: Data, offset: number, bytes: number) => void
  readonly ggml_backend_tensor_get_2d: (
    tensor: Address, data: Data, offset: number, bytes: number, count: number, tensorStride: number, dataStride: number,
  ) => void
  readonly ggml_backend_graph_compute: (backend: Address, graph: Address) => number
  /** The same on another thread; the promise gives the status. */
  readonly computeAsync: (backend: Address, graph: Address) => Promise<number>
  /** Looked up when they are first wanted. */
  readonly conversions: () => Conversions
  readonly ggml_backend_dev_by_type: (type: number) => Address
  readonly ggml_backend_dev_count: () => number
  readonly ggml_backend_dev_get: (index: number) => Address
  readonly ggml_backend_dev_name: (device: Address) => string
  readonly ggml_backend_dev_description: (device: Address) => string
  readonly ggml_backend_dev_type: (device: Address) => number
  readonly ggml_backend_dev_memory: (device: Address, freeBytes: [number], totalBytes: [number]) => void
  readonly ggml_backend_dev_init: (device: Address, parameters: null) => Address
  readonly ggml_backend_dev_buffer_type: (device: Address) => Address
  readonly ggml_backend_dev_backend_reg: (device: Address) => Address
  readonly ggml_backend_dev_supports_op: (device: Address, tensor: Address) => boolean
  readonly ggml_backend_reg_get_proc_address: (registry: Address, name: string) => Address
  readonly ggml_backend_free: (backend: Address) => void
  readonly ggml_backend_load_all_from_path: (folder: string) => void
  /** NULL where the library or what it needs is not here. */
  readonly ggml_backend_load: (path: string) => Address

  /** Addresses of backends, those to be preferred first and the processor's last. */
  readonly ggml_backend_sched_new: (backends: BigUint64Array, types: null, count: number, size: number, parallel: boolean, offload: boolean) => Address
  readonly ggml_backend_sched_free: (scheduler: Address) => void
  readonly ggml_backend_sched_reset: (scheduler: Address) => void
  readonly ggml_backend_sched_alloc_graph: (scheduler: Address, graph: Address) => boolean
  readonly ggml_backend_sched_get_buffer_size: (scheduler: Address, backend: Address) => number
  readonly ggml_backend_sched_get_tensor_backend: (scheduler: Address, tensor: Address) => Address
  /** Stretches of the placed graph that are computed on one backend after the other. */
  readonly ggml_backend_sched_get_n_splits: (scheduler: Address) => number
  readonly ggml_backend_sched_graph_compute: (scheduler: Address, graph: Address) => number
  /** The same on another thread; the promise gives the status. */
  readonly scheduleAsync: (scheduler: Address, graph: Address) => Promise<number>

  /**
   * Address of `ggml_backend_buffer_get_usage`. As an abort callback it makes the usage of a spare buffer the flag "stop":
   * readable from ggml's threads and settable from ours, without a callback into JavaScript.
   */
  readonly flagReader: Address
  /** Of memory of JavaScript's that is too large to be moved, which is any of more than some hundred bytes. */
  readonly addressOf: (data: Uint8Array) => Address
  /** Functions that only the CPU backend's own library has. */
  readonly cpu: CpuFunctions
}

export interface CpuFunctions {
  readonly ggml_threadpool_new: (parameters: ThreadPoolParameters) => Address
  readonly ggml_threadpool_free: (pool: Address) => void
  readonly ggml_backend_cpu_set_threadpool: (backend: Address, pool: Address) => void
  readonly ggml_backend_set_n_threads: (backend: Address, threads: number) => void
  readonly ggml_backend_set_abort_callback: (backend: Address, callback: Address, data: Address) => void
  readonly ggml_backend_dev_get_extra_bufts: (device: Address) => readonly Address[]
}

const two = ['void *', ['void *', 'void *', 'void *']] as const

const base = {
  ggml_init: ['void *', ['ggml_init_params']],
  ggml_free: ['void', ['void *']],
  ggml_tensor_overhead: ['size_t', []],
  ggml_new_tensor_4d: ['void *', ['void *', 'int', 'int64_t', 'int64_t', 'int64_t', 'int64_t']],
  ggml_set_input: ['void', ['void *']],
  ggml_set_output: ['void', ['void *']],
  ggml_add: two,
  ggml_mul: two,
  ggml_mul_mat: two,
  ggml_out_prod: two,
  ggml_prec_set_acc: ['bool', ['void *', 'int']],
  ggml_get_rows: two,
  ggml_set_rows: ['void *', ['void *', 'void *', 'void *', 'void *']],
  ggml_sum_rows: ['void *', ['void *', 'void *']],
  ggml_scale_bias: ['void *', ['void *', 'void *', 'float', 'float']],
  ggml_log: ['void *', ['void *', 'void *']],
  ggml_rms_norm: ['void *', ['void *', 'void *', 'float']],
  ggml_swiglu: ['void *', ['void *', 'void *']],
  ggml_swiglu_split: two,
  ggml_rope_ext: ['void *', ['void *', 'void *', 'void *', 'void *', 'int', 'int', 'int', 'float', 'float', 'float', 'float', 'float', 'float']],
  ggml_soft_max_ext_inplace: ['void *', ['void *', 'void *', 'void *', 'float', 'float']],
  ggml_flash_attn_ext: ['void *', ['void *', 'void *', 'void *', 'void *', 'void *', 'float', 'float', 'float']],
  ggml_cont: ['void *', ['void *', 'void *']],
  ggml_cpy: two,
  ggml_permute: ['void *', ['void *', 'void *', 'int', 'int', 'int', 'int']],
  ggml_reshape_4d: ['void *', ['void *', 'void *', 'int64_t', 'int64_t', 'int64_t', 'int64_t']],
  ggml_view_4d: ['void *', ['void *', 'void *', 'int64_t', 'int64_t', 'int64_t', 'int64_t', 'size_t', 'size_t', 'size_t', 'size_t']],
  ggml_new_graph_custom: ['void *', ['void *', 'size_t', 'bool']],
  ggml_graph_overhead_custom: ['size_t', ['size_t', 'bool']],
  ggml_build_forward_expand: ['void', ['void *', 'void *']],
  ggml_graph_n_nodes: ['int', ['void *']],
  ggml_graph_node: ['void *', ['void *', 'int']],
  ggml_op_desc: ['str', ['void *']],
  ggml_gallocr_new: ['void *', ['void *']],
  ggml_gallocr_free: ['void', ['void *']],
  ggml_gallocr_alloc_graph: ['bool', ['void *', 'void *']],
  ggml_gallocr_get_buffer_size: ['size_t', ['void *', 'int']],
  ggml_backend_alloc_ctx_tensors_from_buft: ['void *', ['void *', 'void *']],
  ggml_backend_buft_name: ['str', ['void *']],
  ggml_backend_cpu_buffer_from_ptr: ['void *', ['void *', 'size_t']],
  ggml_backend_buft_alloc_buffer: ['void *', ['void *', 'size_t']],
  ggml_backend_buffer_free: ['void', ['void *']],
  ggml_backend_tensor_memset: ['void', ['void *', 'uint8_t', 'size_t', 'size_t']],
  ggml_backend_buffer_get_base: ['void *', ['void *']],
  ggml_backend_buffer_get_size: ['size_t', ['void *']],
  ggml_backend_buffer_get_alloc_size: ['size_t', ['void *', 'void *']],
  ggml_backend_tensor_alloc: ['int', ['void *', 'void *', 'void *']],
  ggml_get_data: ['void *', ['void *']],
  ggml_backend_buffer_set_usage: ['void', ['void *', 'int']],
  ggml_backend_tensor_set: ['void', ['void *', 'void *', 'size_t', 'size_t']],
  ggml_backend_tensor_set_2d: ['void', ['void *', 'void *', 'size_t', 'size_t', 'size_t', 'size_t', 'size_t']],
  ggml_backend_tensor_get: ['void', ['void *', 'void *', 'size_t', 'size_t']],
  ggml_backend_tensor_get_2d: ['void', ['void *', 'void *', 'size_t', 'size_t', 'size_t', 'size_t', 'size_t']],
  ggml_backend_graph_compute: ['int', ['void *', 'void *']],
  ggml_backend_dev_name: ['str', ['void *']],
  ggml_backend_dev_description: ['str', ['void *']],
  ggml_backend_dev_type: ['int', ['void *']],
  ggml_backend_dev_memory: ['void', ['void *', '_Out_ size_t *', '_Out_ size_t *']],
  ggml_backend_dev_init: ['void *', ['void *', 'str']],
  ggml_backend_dev_buffer_type: ['void *', ['void *']],
  ggml_backend_dev_backend_reg: ['void *', ['void *']],
  ggml_backend_dev_supports_op: ['bool', ['void *', 'void *']],
  ggml_backend_reg_get_proc_address: ['void *', ['void *', 'str']],
  ggml_backend_free: ['void', ['void *']],
  ggml_backend_sched_new: ['void *', ['void *', 'void *', 'int', 'size_t', 'bool', 'bool']],
  ggml_backend_sched_free: ['void', ['void *']],
  ggml_backend_sched_reset: ['void', ['void *']],
  ggml_backend_sched_alloc_graph: ['bool', ['void *', 'void *']],
  ggml_backend_sched_get_buffer_size: ['size_t', ['void *', 'void *']],
  ggml_backend_sched_get_tensor_backend: ['void *', ['void *', 'void *']],
  ggml_backend_sched_get_n_splits: ['int', ['void *']],
  ggml_backend_sched_graph_compute: ['int', ['void *', 'void *']],
  ggml_log_set: ['void', ['void *', 'void *']],
} as const

/** libggml (not -base) keeps the registry of devices. */
const registry = {
  ggml_backend_dev_by_type: ['void *', ['int']],
  ggml_backend_dev_count: ['size_t', []],
  ggml_backend_dev_get: ['void *', ['size_t']],
  ggml_backend_load: ['void *', ['str']],
  ggml_backend_load_all_from_path: ['void', ['str']],
} as const

const cpu = {
  ggml_threadpool_new: ['void *', ['ggml_threadpool_params *']],
  ggml_threadpool_free: ['void', ['void *']],
  ggml_backend_cpu_set_threadpool: ['void', ['void *', 'void *']],
  ggml_backend_set_n_threads: ['void', ['void *', 'int']],
  ggml_backend_set_abort_callback: ['void', ['void *', 'void *', 'void *']],
  ggml_backend_dev_get_extra_bufts: ['void *', ['void *']],
} as const

type Table = Readonly<Record<string, readonly [result: string, parameters: readonly string[]]>>

function bind(library: LibraryHandle, table: Table): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(table).map(([name, [result, parameters]]) => [name, library.func(name, result, [...parameters])]))
}

koffi.struct('ggml_init_params', { mem_size: 'size_t', mem_buffer: 'void *', no_alloc: 'bool' })
koffi.struct('ggml_threadpool_params', {
  cpumask: koffi.array('bool', 512), n_threads: 'int', prio: 'int', poll: 'uint32_t', strict_cpu: 'bool', paused: 'bool',
})

/**
 * Loads the two libraries, lets ggml choose the build of its CPU backend that suits this processor, and binds the functions.
 * @throws if a library is missing, lacks a function of the tables, or none of the CPU builds runs here.
 */
export function bindGgml(paths: { readonly base: string; readonly registry: string; readonly folder: string }): Ggml {
  // In Electron, Chromium's allocator takes the place of the C library's in every library of the process, and ends the process where more than a gigabyte
  // is wanted in one piece, as for weights. So ggml is bound to the C library's.
  const baseLibrary = koffi.load(paths.base, { deep: true })
  const functions = { ...bind(baseLibrary, base), ...bind(koffi.load(paths.registry), registry) } as unknown as Ggml & LogFunction
  // A callback of JavaScript must not be called from ggml's threads. Any function that looks at no argument silences the log.
  functions.ggml_log_set(baseLibrary.symbol('ggml_time_ms') as Address, 0n)
  functions.ggml_backend_load_all_from_path(paths.folder)
  const device = functions.ggml_backend_dev_by_type(cpuDevice)
  if (isNull(device)) throw new Error(`No ggml library in ${paths.folder} runs on this processor.`)
  let conversions: Conversions | undefined
  const set = baseLibrary.func('ggml_backend_tensor_set', ...setSignature)
  return {
    ...functions,
    computeAsync: bindAsync(baseLibrary, 'ggml_backend_graph_compute'),
    scheduleAsync: bindAsync(baseLibrary, 'ggml_backend_sched_graph_compute'),
    setAsync: (tensor, data, offset, bytes) => new Promise((resolve, reject) => {
      set.async(tensor, data, offset, bytes, (error: Error | null) => (error === null ? resolve() : reject(error)))
    }),
    conversions: () => (conversions ??= bindConversions(baseLibrary, paths.folder)),
    addressOf: (data) => koffi.address(data),
    flagReader: baseLibrary.symbol('ggml_backend_buffer_get_usage') as Address,
    cpu: bindCpu(functions, functions.ggml_backend_dev_backend_reg(device)),
  }
}

interface LogFunction {
  readonly ggml_log_set: (callback: Address, data: Address) => void
}

const cpuDevice = 0
const setSignature: [result: string, parameters: string[]] = ['void', ['void *', 'void *', 'size_t', 'size_t']]

/** A function of two addresses that gives a status, run on another thread. */
function bindAsync(library: LibraryHandle, name: string): (what: Address, graph: Address) => Promise<number> {
  const compute = library.func(name, 'int', ['void *', 'void *'])
  return (what, graph) => new Promise((resolve, reject) => {
    compute.async(what, graph, (error: Error | null, status: number) => (error === null ? resolve(status) : reject(error)))
  })
}

/**
 * The build of the CPU library for this processor converts f16 with its own instructions, many times as fast as the base library's portable code. Which
 * build that is ggml does not tell; each says how well it suits, and ggml chose the best.
 */
function bindConversions(base: LibraryHandle, folder: string): Conversions {
  const builds = readdirSync(folder).filter((name) => cpuBuild.test(name)).map((name) => koffi.load(join(folder, name)))
  const [best] = builds.map((library) => ({ library, score: scoreOf(library) })).filter(({ score }) => score > 0).sort((a, b) => b.score - a.score)
  return {
    halvesToFloats: best === undefined ? bindConversion(base, 'ggml_fp16_to_fp32_row') : bindConversion(best.library, 'ggml_cpu_fp16_to_fp32'),
    floatsToHalves: best === undefined ? bindConversion(base, 'ggml_fp32_to_fp16_row') : bindConversion(best.library, 'ggml_cpu_fp32_to_fp16'),
    quantiseFloats: bindConversion(base, 'quantize_row_q8_0_ref'),
    dequantiseFloats: bindConversion(base, 'dequantize_row_q8_0'),
  }
}

const cpuBuild = /^(lib)?ggml-cpu-.*\.(so|dylib|dll)$/

/** 0 where it does not run here, or does not say. */
function scoreOf(library: LibraryHandle): number {
  try {
    return (library.func('ggml_backend_score', 'int', []) as () => number)()
  } catch {
    return 0
  }
}

function bindConversion(library: LibraryHandle, name: string): Conversion {
  const convert = library.func(name, 'void', ['void *', 'void *', 'int64_t'])
  return (from, to, numbers) => new Promise((resolve, reject) => {
    convert.async(from, to, numbers, (error: Error | null) => (error === null ? resolve() : reject(error)))
  })
}

function bindCpu(ggml: Ggml, registration: Address): CpuFunctions {
  const entries = Object.entries(cpu).map(([name, [result, parameters]]) => {
    const address = ggml.ggml_backend_reg_get_proc_address(registration, name)
    if (isNull(address)) throw new Error(`ggml's CPU library has no ${name}.`)
    return [name, koffi.decode(address, koffi.proto(result, [...parameters]))] as const
  })
  const functions = Object.fromEntries(entries) as unknown as Omit<CpuFunctions, 'ggml_backend_dev_get_extra_bufts'> & { ggml_backend_dev_get_extra_bufts: (device: Address) => Address }
  return { ...functions, ggml_backend_dev_get_extra_bufts: (device) => addressList(functions.ggml_backend_dev_get_extra_bufts(device)) }
}

/** Reads addresses up to the NULL that ends them. */
function addressList(start: Address): readonly Address[] {
  const found: Address[] = []
  for (let at = 0; ; at += 8) {
    const address = koffi.decode(start, at, 'void *') as Address
    if (isNull(address)) return found
    found.push(address)
  }
}
