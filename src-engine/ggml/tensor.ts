import { tensorTypes } from '../gguf/tensor-types'
import { isNull, type Address } from './libraries/address'

/** Sizes in ggml's order: the first is the length of a row. */
export type Shape = readonly [number, number, number, number]

/** ids of ggml's types that the engine itself makes; a file may bring others. */
export const dataType = { f32: 0, f16: 1, q4_0: 2, q4_1: 3, q8_0: 8, i32: 26, bf16: 30 } as const

const addressOf = Symbol('address')

/** A node of a graph, or numbers in a buffer. Its address is seen by this folder alone. */
export interface Tensor {
  readonly type: number
  readonly shape: Shape
  /** Distance in bytes between neighbours along each dimension. */
  readonly strides: Shape
  readonly [addressOf]: Address
}

export function makeTensor(type: number, shape: Shape, strides: Shape, address: Address): Tensor {
  if (isNull(address)) throw new Error('ggml gave no tensor: its context is full.')
  return { type, shape, strides, [addressOf]: address }
}

export function tensorAddress(tensor: Tensor): Address {
  return tensor[addressOf]
}

/** Bytes of a row of `elements` numbers. @throws for a type that ggml does not have or a row that is not whole blocks. */
export function rowBytes(type: number, elements: number): number {
  const found = tensorTypes.get(type)
  if (found === undefined || elements % found.elements !== 0) throw new Error(`No row of ${elements} numbers has the type ${type}.`)
  return (elements / found.elements) * found.bytes
}

/** Strides of a tensor without gaps. */
export function denseStrides(type: number, shape: Shape): Shape {
  const row = rowBytes(type, shape[0])
  return [elementBytes(type), row, row * shape[1], row * shape[1] * shape[2]]
}

/** Bytes of one block; of one number, where a block has one. */
export function elementBytes(type: number): number {
  return tensorTypes.get(type)?.bytes ?? 0
}

export function isDense(tensor: Tensor): boolean {
  const dense = denseStrides(tensor.type, tensor.shape)
  return tensor.strides.every((stride, i) => stride === dense[i] || tensor.shape[i] === 1)
}

export function elementCount(shape: Shape): number {
  return shape[0] * shape[1] * shape[2] * shape[3]
}

export function tensorBytes(tensor: Tensor): number {
  return rowBytes(tensor.type, tensor.shape[0]) * tensor.shape[1] * tensor.shape[2] * tensor.shape[3]
}
