import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isNull, type Address } from './address'
import type { Declarations } from './declaration'
import { packageName } from './installed'
import { openLibrary } from './shared-library'

const exported = {
  kernel_lanes: 'int ()',
  kernel_at: 'address (int lanes, int number)',
  kernel_part_places: 'int ()',
  kernel_sources: 'string ()',
} as const satisfies Declarations

/** As `src-kernels/kernels.c` numbers them. */
const numbers = { attendParts: 0, attendJoin: 1, attendRows: 2, scoreRows: 3, joinShares: 4, blend: 5, attendFile: 6 } as const

export type KernelName = keyof typeof numbers

/** Longleaf's own operations, each for `ggml_custom_4d`. */
export interface Kernels {
  /** Floats of the vectors that they compute with. */
  readonly lanes: number
  /** Whether `attendFile` is there. */
  readonly readFiles: boolean
  readonly address: Readonly<Record<KernelName, Address>>
  /** SHA-256 of what they were compiled from. */
  readonly sources: string
  /** Places that attention takes together. */
  readonly partPlaces: number
}

/**
 * @param lanesMax for vectors of at most so many floats
 * @returns undefined where there are none for this platform or its processor has no such vectors: ggml computes the same, more slowly
 */
export function loadKernels(lanesMax = Infinity): Kernels | undefined {
  const path = kernelsPath()
  if (path === undefined) return undefined
  const library = openLibrary(path).functions(exported)
  const lanes = Math.min(lanesMax, library.kernel_lanes())
  const at = (name: KernelName): Address => library.kernel_at(lanes, numbers[name])
  if (isNull(at('attendParts'))) return undefined
  return {
    lanes,
    readFiles: !isNull(at('attendFile')),
    address: {
      attendParts: at('attendParts'), attendJoin: at('attendJoin'), attendRows: at('attendRows'),
      scoreRows: at('scoreRows'), joinShares: at('joinShares'), blend: at('blend'), attendFile: at('attendFile'),
    },
    sources: library.kernel_sources(),
    partPlaces: library.kernel_part_places(),
  }
}

function kernelsPath(): string | undefined {
  const name = packageName(process.platform, process.arch)
  try {
    const path = createRequire(import.meta.url).resolve(`#kernels/${name}.so`)
    return existsSync(path) ? path : undefined
  } catch {
    return undefined
  }
}
