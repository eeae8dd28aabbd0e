/**
 * The graphics devices of this computer, as ggml's libraries find them. Looking for them loads the drivers, so it is done only where somebody wants to know.
 */
import type { Address } from './libraries/address'
import { loadGgml, type Ggml } from './libraries/ggml'
import { acceleratorLibraries } from './libraries/installed'

const deviceOf = Symbol('device')

/** A device besides the processor that can compute. */
export interface Device {
  /** ggml's own name for it, as `Vulkan0`: the library that drives it and its number there. */
  readonly name: string
  /** As its maker calls it. */
  readonly title: string
  /** A card brings memory of its own; an integrated device uses the processor's. */
  readonly kind: 'card' | 'integrated'
  readonly [deviceOf]: Address
}

/** Bytes. What is free changes while other programs run. */
export interface DeviceMemory {
  readonly freeBytes: number
  readonly totalBytes: number
}

const kinds: Readonly<Record<number, Device['kind']>> = { 1: 'card', 2: 'integrated' }

let found: readonly Device[] | undefined

/** Loads the libraries that drive devices and lists what they found, best first. @throws if ggml is not installed */
export function findDevices(): readonly Device[] {
  found ??= withoutTwins(listDevices(loadGgml()))
  return found
}

function listDevices(ggml: Ggml): readonly Device[] {
  // One that needs a driver which is not here is not loaded; ggml says so by NULL.
  for (const path of acceleratorLibraries()) ggml.ggml_backend_load(path)
  return Array.from({ length: ggml.ggml_backend_dev_count() }, (_, i) => ggml.ggml_backend_dev_get(i)).flatMap((address) => {
    const kind = kinds[ggml.ggml_backend_dev_type(address)]
    if (kind === undefined) return []
    return [{ name: ggml.ggml_backend_dev_name(address), title: ggml.ggml_backend_dev_description(address), kind, [deviceOf]: address }]
  })
}

/** The same card under CUDA and under Vulkan is one card, and CUDA drives it best. */
export function withoutTwins<T extends Pick<Device, 'name' | 'title'>>(devices: readonly T[]): readonly T[] {
  const isCuda = ({ name }: T): boolean => name.startsWith('CUDA')
  const driven = new Set(devices.filter(isCuda).map(({ title }) => title))
  return devices.filter((device) => isCuda(device) || !driven.has(device.title))
}

export function memoryOf(device: Device): DeviceMemory {
  const freeBytes: [number] = [0]
  const totalBytes: [number] = [0]
  loadGgml().ggml_backend_dev_memory(device[deviceOf], freeBytes, totalBytes)
  return { freeBytes: freeBytes[0], totalBytes: totalBytes[0] }
}

/**
 * Whether a driver counts who uses a buffer in every descriptor that is bound, as Mesa's on the processor does in 22.3 (not in 25.0). ggml's shaders share
 * one layout of twelve descriptors, and leave in those that they do not read what an earlier shader had there. Where that buffer is given back since, such
 * a driver counts in memory of somebody else, and the process ends sooner or later. Descriptors go with the start of the device that they belong to.
 * Vulkan wants no more than that the ones that a shader reads are valid, and drivers of cards look at no others.
 */
export function touchesForgottenBuffers({ title }: Device): boolean {
  return title.startsWith('llvmpipe')
}

/** For what computes on it. */
export function deviceAddress(device: Device): Address {
  return device[deviceOf]
}

/** What a device could not do: the device is not to be trusted any more, the model may run elsewhere. */
export class DeviceError extends Error {
  readonly device: string
  /** @param predicate follows the device's name in a sentence */
  constructor(device: Device, predicate: string) {
    super(`${device.title} ${predicate}.`)
    this.name = 'DeviceError'
    this.device = device.name
  }
}
