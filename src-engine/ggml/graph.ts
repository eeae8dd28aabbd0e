/**
 * A graph under construction. Each method adds one operation of ggml and knows the shape of what it gives; a wrong shape throws here,
 * because ggml would end the process.
 */
import { isNull, type Address } from './libraries/address'
import type { Ggml } from './libraries/ggml'
import type { Kernels, KernelName } from './libraries/kernels'
import { dataType, denseStrides, elementCount, isDense, makeTensor, rowBytes, tensorAddress, type Shape, type Tensor } from './tensor'

export interface Rotary {
  /** How many numbers of a head turn; the rest pass. */
  readonly dimensions: number
  /** Neighbours (2i, 2i+1) turn together, or i and i + dimensions / 2. */
  readonly pairs: 'adjacent' | 'halves'
  readonly base: number
  readonly contextOriginal: number
}

export interface Slice {
  readonly first: number
  readonly count: number
}

const ropeMode = { adjacent: 0, halves: 2 } as const
const precisionF32 = 10
/** As ggml says that an operation takes as many threads as there are. */
const allThreads = -1

const graphOf = Symbol('graph')

/** For the backend, which computes it. */
export function graphAddress(graph: GraphBuilder): Address {
  return graph[graphOf]
}

export class GraphBuilder {
  readonly #ggml: Ggml
  readonly #context: Address
  readonly #graph: Address
  readonly nodesMax: number
  /** Longleaf's own operations for the processor; undefined where there are none. */
  readonly kernels: Kernels | undefined

  /** @param nodesMax operations, views and inputs together */
  constructor(ggml: Ggml, nodesMax: number, kernels?: Kernels) {
    this.#ggml = ggml
    this.nodesMax = nodesMax
    this.kernels = kernels
    const bytes = nodesMax * ggml.ggml_tensor_overhead() + ggml.ggml_graph_overhead_custom(nodesMax, false)
    this.#context = ggml.ggml_init({ mem_size: bytes, mem_buffer: null, no_alloc: true })
    if (isNull(this.#context)) throw new Error('No memory for a graph.')
    this.#graph = ggml.ggml_new_graph_custom(this.#context, nodesMax, false)
  }

  /** A tensor that is filled before each run. */
  input(type: number, ...sizes: readonly number[]): Tensor {
    const shape = shapeOf(sizes)
    const tensor = makeTensor(type, shape, denseStrides(type, shape), this.#ggml.ggml_new_tensor_4d(this.#context, type, ...shape))
    this.#ggml.ggml_set_input(tensorAddress(tensor))
    return tensor
  }

  /** a + b; b is repeated over a. */
  add(a: Tensor, b: Tensor): Tensor {
    expect(repeats(b, a), 'add', a, b)
    return this.#dense(a.type, a.shape, this.#ggml.ggml_add(this.#context, tensorAddress(a), tensorAddress(b)))
  }

  /** a * b, number by number; b is repeated over a. */
  multiply(a: Tensor, b: Tensor): Tensor {
    expect(repeats(b, a), 'multiply', a, b)
    return this.#dense(a.type, a.shape, this.#ggml.ggml_mul(this.#context, tensorAddress(a), tensorAddress(b)))
  }

  /** a / b, number by number; b is repeated over a. */
  divide(a: Tensor, b: Tensor): Tensor {
    expect(repeats(b, a), 'divide', a, b)
    return this.#dense(a.type, a.shape, this.#ggml.ggml_div(this.#context, tensorAddress(a), tensorAddress(b)))
  }

  /** [k, m, x, y] and [k, n, x r, y s] give [m, n, x r, y s] in f32: rows of a with rows of b. */
  matmul(a: Tensor, b: Tensor): Tensor {
    expect(a.shape[0] === b.shape[0] && b.shape[2] % a.shape[2] === 0 && b.shape[3] % a.shape[3] === 0, 'matmul', a, b)
    const address = this.#ggml.ggml_mul_mat(this.#context, tensorAddress(a), tensorAddress(b))
    return this.#dense(dataType.f32, [a.shape[1], b.shape[1], b.shape[2], b.shape[3]], address)
  }

  /** The same with sums in f32 on every backend: scores of long texts overflow f16. */
  matmulExact(a: Tensor, b: Tensor): Tensor {
    const product = this.matmul(a, b)
    this.#ggml.ggml_prec_set_acc(tensorAddress(product), precisionF32)
    return product
  }

  /** a [n, k, x] and b [m, k, x], in f32, give [n, m, x]: the sum over k of columns of a times numbers of b. */
  outerProduct(a: Tensor, b: Tensor): Tensor {
    expect(a.shape[1] === b.shape[1] && a.shape[2] === b.shape[2] && a.type === dataType.f32 && b.type === dataType.f32, 'outerProduct', a, b)
    return this.#dense(dataType.f32, [a.shape[0], b.shape[0], a.shape[2], 1], this.#ggml.ggml_out_prod(this.#context, tensorAddress(a), tensorAddress(b)))
  }

  /** Rows of a matrix [n, rows], chosen by an i32 list, as f32. */
  rows(matrix: Tensor, chosen: Tensor): Tensor {
    expect(chosen.type === dataType.i32 && matrix.shape[2] === 1 && chosen.shape[1] === 1, 'rows', matrix, chosen)
    const address = this.#ggml.ggml_get_rows(this.#context, tensorAddress(matrix), tensorAddress(chosen))
    return this.#dense(dataType.f32, [matrix.shape[0], chosen.shape[0], 1, 1], address)
  }

  /** Writes the rows of `from` [n, rows, x, y] over the rows of `to` that an i32 list names. The result must be kept by `run`. */
  setRows(to: Tensor, from: Tensor, chosen: Tensor): Tensor {
    expect(to.shape[0] === from.shape[0] && to.shape[2] === from.shape[2] && to.shape[3] === from.shape[3], 'setRows', to, from)
    expect(from.shape[1] === chosen.shape[0] && chosen.type === dataType.i32 && from.type === dataType.f32, 'setRows', from, chosen)
    return this.#like(to, this.#ggml.ggml_set_rows(this.#context, tensorAddress(to), tensorAddress(from), tensorAddress(chosen)))
  }

  /** Copies numbers into a view of another tensor, converting them. The result must be kept by `run`. */
  copy(from: Tensor, to: Tensor): Tensor {
    expect(elementCount(from.shape) === elementCount(to.shape), 'copy', from, to)
    return this.#like(to, this.#ggml.ggml_cpy(this.#context, tensorAddress(from), tensorAddress(to)))
  }

  /** x * factor + more, number by number. */
  scale(x: Tensor, factor: number, more = 0): Tensor {
    return this.#dense(x.type, x.shape, this.#ggml.ggml_scale_bias(this.#context, tensorAddress(x), factor, more))
  }

  /** The natural logarithm of each number. */
  log(x: Tensor): Tensor {
    return this.#dense(x.type, x.shape, this.#ggml.ggml_log(this.#context, tensorAddress(x)))
  }

  /** The sum of each row of x: [1, ...]. */
  sumRows(x: Tensor): Tensor {
    const [, ...rest] = x.shape
    return this.#dense(x.type, [1, ...rest], this.#ggml.ggml_sum_rows(this.#context, tensorAddress(x)))
  }

  /** x / sqrt(mean(x²) + epsilon) * weight, row by row. */
  rmsNorm(x: Tensor, weight: Tensor, epsilon: number): Tensor {
    return this.multiply(this.#dense(x.type, x.shape, this.#ggml.ggml_rms_norm(this.#context, tensorAddress(x), epsilon)), weight)
  }

  /** silu(first half of each row) * second half. */
  swiglu(gateAndUp: Tensor): Tensor {
    const [n, ...rest] = gateAndUp.shape
    expect(n % 2 === 0, 'swiglu', gateAndUp, gateAndUp)
    return this.#dense(gateAndUp.type, [n / 2, ...rest], this.#ggml.ggml_swiglu(this.#context, tensorAddress(gateAndUp)))
  }

  /** silu(gate) * up. */
  swigluSplit(gate: Tensor, up: Tensor): Tensor {
    expect(sameShape(gate, up), 'swiglu', gate, up)
    return this.#dense(gate.type, gate.shape, this.#ggml.ggml_swiglu_split(this.#context, tensorAddress(gate), tensorAddress(up)))
  }

  /** Turns heads [d, heads, tokens] by their position (i32 list of tokens). */
  rotate(x: Tensor, positions: Tensor, { dimensions, pairs, base, contextOriginal }: Rotary): Tensor {
    expect(x.shape[2] === positions.shape[0] && dimensions <= x.shape[0] && dimensions % 2 === 0, 'rotate', x, positions)
    const address = this.#ggml.ggml_rope_ext(
      this.#context, tensorAddress(x), tensorAddress(positions), null, dimensions, ropeMode[pairs], contextOriginal, base, 1, 0, 1, 32, 1,
    )
    return this.#dense(x.type, x.shape, address)
  }

  /** softmax(x * scale + mask) over rows of x [n, rows, heads], in the place of x; mask [n, rows] in f16 or f32. */
  softmax(x: Tensor, mask: Tensor, scale: number): Tensor {
    expect(isDense(x) && isDense(mask) && mask.shape[0] === x.shape[0] && mask.shape[1] >= x.shape[1], 'softmax', x, mask)
    return this.#like(x, this.#ggml.ggml_soft_max_ext_inplace(this.#context, tensorAddress(x), tensorAddress(mask), scale, 0))
  }

  /** Fused attention: q [d, rows, heads], k and v [d, n, heads / r], mask [n, rows] in f16; gives [d, heads, rows]. */
  flashAttention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor, scale: number): Tensor {
    expect(q.shape[0] === k.shape[0] && k.shape[1] === v.shape[1] && q.shape[2] % k.shape[2] === 0, 'flashAttention', q, k)
    expect(mask.shape[0] === k.shape[1] && mask.shape[1] >= q.shape[1], 'flashAttention', q, mask)
    const address = this.#ggml.ggml_flash_attn_ext(this.#context, tensorAddress(q), tensorAddress(k), tensorAddress(v), tensorAddress(mask), scale, 0, 0)
    this.#ggml.ggml_prec_set_acc(address, precisionF32)
    return this.#dense(dataType.f32, [v.shape[0], q.shape[2], q.shape[1], 1], address)
  }

  /** An operation of Longleaf's own, which gives f32 numbers. @throws if there is none here */
  own(name: KernelName, shape: Shape, sources: readonly Tensor[]): Tensor {
    const kernel = this.kernels?.address[name]
    if (kernel === undefined) throw new Error(`This processor has no kernel ${name}.`)
    const addresses = BigUint64Array.from(sources, tensorAddress)
    const address = this.#ggml.ggml_custom_4d(this.#context, dataType.f32, ...shape, addresses, sources.length, kernel, allThreads, null)
    return this.#dense(dataType.f32, shape, address)
  }

  /** Parts in which own operations take so many places or rows. */
  partsOf(count: number): number {
    return Math.ceil(count / (this.kernels?.partPlaces ?? count))
  }

  /** The same numbers without gaps. */
  dense(x: Tensor): Tensor {
    return this.#dense(x.type, x.shape, this.#ggml.ggml_cont(this.#context, tensorAddress(x)))
  }

  /** Dimension i of x becomes dimension axes[i]. */
  permute(x: Tensor, ...axes: readonly [number, number, number, number]): Tensor {
    const shape: [number, number, number, number] = [1, 1, 1, 1]
    const strides: [number, number, number, number] = [0, 0, 0, 0]
    axes.forEach((axis, i) => {
      shape[axis] = x.shape[i] ?? 1
      strides[axis] = x.strides[i] ?? 0
    })
    return makeTensor(x.type, shape, strides, this.#ggml.ggml_permute(this.#context, tensorAddress(x), ...axes))
  }

  reshape(x: Tensor, ...sizes: readonly number[]): Tensor {
    const shape = shapeOf(sizes)
    expect(isDense(x) && elementCount(shape) === elementCount(x.shape), 'reshape', x, x)
    return this.#dense(x.type, shape, this.#ggml.ggml_reshape_4d(this.#context, tensorAddress(x), ...shape))
  }

  /** A window into x: sizes, strides of dimensions 1 to 3 and offset in bytes. */
  view(x: Tensor, shape: Shape, strides: readonly [number, number, number], offset: number): Tensor {
    const bytes = (n: number, i: number): number => (n - 1) * (strides[i] ?? 0)
    const end = offset + rowBytes(x.type, shape[0]) + bytes(shape[1], 0) + bytes(shape[2], 1) + bytes(shape[3], 2)
    const available = x.strides[3] * (x.shape[3] - 1) + x.strides[2] * (x.shape[2] - 1) + x.strides[1] * (x.shape[1] - 1) + rowBytes(x.type, x.shape[0])
    if (offset < 0 || end > available) throw new Error(`A view to byte ${end} leaves a tensor of ${available} bytes.`)
    const address = this.#ggml.ggml_view_4d(this.#context, tensorAddress(x), ...shape, ...strides, offset)
    return makeTensor(x.type, shape, [x.strides[0], ...strides], address)
  }

  /** Neighbours along a dimension, all others whole. */
  slice(x: Tensor, dimension: 1 | 2 | 3, { first, count }: Slice): Tensor {
    const [size0, size1, size2, size3] = x.shape
    if (first === 0 && count === x.shape[dimension]) return x
    const [, stride1, stride2, stride3] = x.strides
    const sizes = { 1: [size0, count, size2, size3], 2: [size0, size1, count, size3], 3: [size0, size1, size2, count] } as const
    return this.view(x, sizes[dimension], [stride1, stride2, stride3], first * x.strides[dimension])
  }

  /** Adds an operation and all that it needs to what will be computed, in this order. */
  run(tensor: Tensor): void {
    this.#ggml.ggml_build_forward_expand(this.#graph, tensorAddress(tensor))
  }

  /** As `run`, and the numbers stay readable afterwards. */
  output(tensor: Tensor): void {
    this.#ggml.ggml_set_output(tensorAddress(tensor))
    this.run(tensor)
  }

  get [graphOf](): Address {
    return this.#graph
  }

  get nodes(): number {
    return this.#ggml.ggml_graph_n_nodes(this.#graph)
  }

  free(): void {
    this.#ggml.ggml_free(this.#context)
  }

  #like(x: Tensor, address: Address): Tensor {
    return makeTensor(x.type, x.shape, x.strides, address)
  }

  #dense(type: number, shape: Shape, address: Address): Tensor {
    return makeTensor(type, shape, denseStrides(type, shape), address)
  }
}

function shapeOf(sizes: readonly number[]): Shape {
  return [sizes[0] ?? 1, sizes[1] ?? 1, sizes[2] ?? 1, sizes[3] ?? 1]
}

function sameShape(a: Tensor, b: Tensor): boolean {
  return a.shape.every((size, i) => size === b.shape[i])
}

function repeats(small: Tensor, large: Tensor): boolean {
  return large.shape.every((size, i) => size % (small.shape[i] ?? 0) === 0)
}

function expect(fits: boolean, operation: string, a: Tensor, b: Tensor): void {
  if (!fits) throw new Error(`${operation} does not fit [${a.shape.join(', ')}] and [${b.shape.join(', ')}].`)
}
