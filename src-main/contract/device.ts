/** A graphics device of this computer, as lists show it. */
export interface DeviceSummary {
  /** What the settings name it by: the library that drives it and its number there, such as Vulkan0. */
  readonly name: string
  /** As its maker calls it. */
  readonly title: string
  /** An integrated device uses the processor's memory, and is taken only by name. */
  readonly kind: 'card' | 'integrated'
  readonly freeBytes: number
  readonly totalBytes: number
}

/** What computes a loaded model. */
export interface Computing {
  readonly layers: number
  /** Devices with the layers that they took; the processor computes the others. */
  readonly devices: readonly { readonly title: string; readonly layers: number }[]
  /** For the person: why it is not the device that was chosen; null where it is. */
  readonly notice: string | null
}
