/** ggml's libraries, bound: each C function that Longleaf calls, in the words of ggml's headers. */
import { isNull, type Address } from './address'
import { buffers } from './buffers'
import { bindConversions, type Conversions } from './conversions'
import type { Functions, FunctionsElsewhere } from './declaration'
import { deviceList, devices } from './devices'
import { graphs } from './graphs'
import { libraryFolder, libraryPath } from './installed'
import { loadKernels, type Kernels } from './kernels'
import { processor } from './processor'
import { scheduler } from './scheduler'
import { functionsAt, openLibrary } from './shared-library'
import { tensors } from './tensors'

const base = { ...tensors, ...graphs, ...buffers, ...devices, ...scheduler }

/** What takes its time. */
const { ggml_backend_tensor_set, ggml_backend_graph_compute, ggml_backend_sched_graph_compute } = base
const slow = { ggml_backend_tensor_set, ggml_backend_graph_compute, ggml_backend_sched_graph_compute }

export interface Ggml extends Functions<typeof base & typeof deviceList> {
  readonly elsewhere: FunctionsElsewhere<typeof slow>
  readonly processor: Functions<typeof processor>
  /** Looked up when they are first wanted. */
  readonly conversions: () => Conversions
  /** Longleaf's own operations; undefined where there are none for this processor. */
  readonly kernels: Kernels | undefined
  /**
   * Address of `ggml_backend_buffer_get_usage`. As an abort callback it makes the usage of a spare buffer the flag "stop":
   * readable from ggml's threads and settable from ours, without a callback into JavaScript.
   */
  readonly flagReader: Address
}

/** As ggml numbers kinds of devices. */
const processorDevice = 0

let loaded: { readonly folder: string; readonly ggml: Ggml } | undefined

/** ggml, loaded once for the life of the process: its registry of devices cannot be unloaded safely. @throws if it is not installed or does not run here */
export function loadGgml(folder = libraryFolder()): Ggml {
  if (loaded?.folder === folder) return loaded.ggml
  if (loaded !== undefined) throw new Error(`ggml was already loaded from ${loaded.folder}.`)
  const ggml = bindGgml(folder)
  loaded = { folder, ggml }
  return ggml
}

/**
 * Loads the two libraries, lets ggml choose the build of its CPU backend that suits this processor, and binds the functions.
 * @throws if a library is missing or lacks a function, or none of the CPU builds runs here
 */
function bindGgml(folder: string): Ggml {
  // In Electron, Chromium's allocator takes the place of the C library's in every library of the process, and ends the process where more than a gigabyte
  // is wanted in one piece, as for weights. So ggml is bound to the C library's.
  const library = openLibrary(libraryPath(folder, 'ggml-base'), { deep: true })
  const functions = { ...library.functions(base), ...openLibrary(libraryPath(folder, 'ggml')).functions(deviceList) }
  // A callback of JavaScript must not be called from ggml's threads. Any function that looks at no argument silences the log.
  library.functions({ ggml_log_set: 'void (address callback, null data)' }).ggml_log_set(library.symbol('ggml_time_ms'), null)
  functions.ggml_backend_load_all_from_path(folder)
  const device = functions.ggml_backend_dev_by_type(processorDevice)
  if (isNull(device)) throw new Error(`No ggml library in ${folder} runs on this processor.`)
  const registry = functions.ggml_backend_dev_backend_reg(device)
  let conversions: Conversions | undefined
  return {
    ...functions,
    elsewhere: library.functionsElsewhere(slow),
    processor: functionsAt(processor, (name) => {
      const address = functions.ggml_backend_reg_get_proc_address(registry, name)
      if (isNull(address)) throw new Error(`ggml's CPU library has no ${name}.`)
      return address
    }),
    kernels: loadKernels(),
    conversions: () => (conversions ??= bindConversions(library, folder)),
    flagReader: library.symbol('ggml_backend_buffer_get_usage'),
  }
}
