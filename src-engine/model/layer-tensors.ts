import type { Tensor } from '../ggml/tensor'
import type { Linear } from './linear'
import type { Projection } from './projection'
import type { ModelShape, TensorTable } from './shape'
import type { WeightLoader } from './weights'

/** What a file's tensors become; to be called once they are loaded. */
export type Loaded<T> = () => T

/** Several at once. */
export function allLoaded<T extends object>(parts: { readonly [K in keyof T]: Loaded<T[K]> }): Loaded<T> {
  return () => Object.fromEntries(Object.entries<Loaded<unknown>>(parts).map(([name, part]) => [name, part()])) as T
}

/** The tensors of one layer by their names in the file, without `blk.N.`, each with the sizes that the model's shape asks for. */
export class LayerTensors {
  readonly shape: ModelShape
  readonly #table: TensorTable
  readonly #loader: WeightLoader
  readonly #prefix: string

  constructor(shape: ModelShape, table: TensorTable, loader: WeightLoader, index: number) {
    this.shape = shape
    this.#table = table
    this.#loader = loader
    this.#prefix = `blk.${index}.`
  }

  /** The factors of a norm, [width]. */
  norm(name: string): Loaded<Tensor> {
    return this.#loader.plain(this.#table.get(`${this.#prefix}${name}.weight`, this.shape.width))
  }

  /** @param sums `exact`: in f32 on every device, for a result that may leave the range of f16 on the way */
  matrix(name: string, columns: number, rows: number, sums: Linear['sums'] = 'fast'): Loaded<Linear> {
    const linear = this.#loader.linear(this.#table.get(`${this.#prefix}${name}.weight`, columns, rows))
    return () => ({ ...linear(), sums })
  }

  /** Matrices over one input [columns]: name -> rows. */
  matrices(columns: number, parts: Readonly<Record<string, number>>): Loaded<Linear> {
    return this.#loader.linear(...Object.entries(parts).map(([name, rows]) => this.#table.get(`${this.#prefix}${name}.weight`, columns, rows)))
  }

  /** The same, which the file may keep as one matrix `fused`; they are all biased or none is. */
  projection(columns: number, fused: string, parts: Readonly<Record<string, number>>, bias: 'required' | 'optional'): Loaded<Projection> {
    const rows = Object.values(parts)
    const stored = this.#table.has(`${this.#prefix}${fused}.weight`) ? { [fused]: rows.reduce((sum, each) => sum + each, 0) } : parts
    const isBiased = bias === 'required' || Object.keys(stored).some((name) => this.#table.has(`${this.#prefix}${name}.bias`))
    const linear = this.matrices(columns, stored)
    const [first, ...more] = isBiased ? Object.entries(stored).map(([name, count]) => this.#table.get(`${this.#prefix}${name}.bias`, count)) : []
    const biases = first === undefined ? undefined : this.#loader.vector(first, ...more)
    return () => ({ linear: linear(), bias: biases?.(), rows })
  }
}
