import { tensorBytes, type Tensor } from './tensor'

/** Parts of a tensor, equally long, and as many of what goes there or comes from there, whose first lies at its start. */
export interface TensorParts {
  readonly count: number
  /** Of each part. */
  readonly bytes: number
  /** Of the first in the tensor, in bytes. */
  readonly offset: number
  /** From one part to the next in the tensor, and in the data, in bytes. */
  readonly stride: number
  readonly dataStride: number
}

/** @throws RangeError for parts that leave the tensor or the data */
export function expectParts(tensor: Tensor, data: Uint8Array, { offset, bytes, count, stride, dataStride }: TensorParts): void {
  if (offset + (count - 1) * stride + bytes > tensorBytes(tensor)) throw new RangeError('More bytes than the tensor has.')
  if ((count - 1) * dataStride + bytes > data.byteLength) throw new RangeError('More bytes than there are.')
}
