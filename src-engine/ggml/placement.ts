import type { Device } from './devices'

/** A layer of a model by its number, or what comes before and after the layers. */
export type Part = number | 'embedding' | 'head'

/** Where the parts of a model are computed; undefined is the processor. The embedding stays there: it is looked up, not computed. */
export interface Placement {
  readonly layers: readonly (Device | undefined)[]
  readonly head: Device | undefined
}

export const onProcessor: Placement = { layers: [], head: undefined }

export function deviceOf({ layers, head }: Placement, part: Part): Device | undefined {
  if (part === 'embedding') return undefined
  return part === 'head' ? head : layers[part]
}

/** The devices of a placement, each once. */
export function devicesOf({ layers, head }: Placement): readonly Device[] {
  return [...new Set([...layers, head])].filter((device) => device !== undefined)
}

/** Layers that a device takes. */
export function layersOnDevices({ layers }: Placement): number {
  return layers.filter((device) => device !== undefined).length
}
