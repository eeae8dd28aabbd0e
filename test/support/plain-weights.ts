/**
 * The same model with its weights as f32: what the quantised file means, without the 8-bit inputs that its kernels work with. There the order of
 * additions hardly matters, so two right engines agree to many digits; on the quantised file a last digit can flip an 8-bit step and grow.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import type { Backend } from '../../src-engine/ggml/backend'
import { dataType } from '../../src-engine/ggml/tensor'
import type { TensorInfo } from '../../src-engine/gguf/file'
import { readGguf } from '../../src-engine/gguf/reader'
import { openFileSource } from '../../src-engine/gguf/source'
import { writeGguf, type WrittenValue } from './gguf-writer'

/** Writes the model at `from` to `to` with every tensor as F32. */
export async function writePlainWeights(backend: Backend, from: string, to: string): Promise<void> {
  const source = openFileSource(from)
  const file = readGguf(source)
  let offset = 0
  const tensors = file.tensors.map((tensor) => {
    const bytes = tensor.dimensions.reduce((product, size) => product * size, 1) * 4
    const placed = { name: tensor.name, type: 0, dimensions: tensor.dimensions, offset }
    offset = Math.ceil((offset + bytes) / 32) * 32
    return placed
  })
  const head = writeGguf({ metadata: [...file.metadata] as [string, WrittenValue][], tensors, data: new Uint8Array(0) })
  const descriptor = openSync(to, 'w')
  writeSync(descriptor, head, 0, head.length, 0)
  for (const [i, tensor] of file.tensors.entries()) {
    const numbers = await toFloats(backend, tensor, source.read(tensor.offset, tensor.bytes))
    writeSync(descriptor, new Uint8Array(numbers.buffer), 0, numbers.byteLength, head.length + (tensors[i]?.offset ?? 0))
  }
  closeSync(descriptor)
  source.close()
}

/** The numbers of a tensor, as ggml looks up the rows of a table. */
async function toFloats(backend: Backend, { type, dimensions: [columns = 1, rows = 1] }: TensorInfo, bytes: Uint8Array): Promise<Float32Array> {
  if (type === dataType.f32) return new Float32Array(bytes.slice().buffer)
  const store = backend.store([{ type, shape: [columns, rows, 1, 1] }])
  const graph = backend.graph(4)
  const workspace = backend.workspace()
  try {
    const [table] = store.tensors
    if (table === undefined) throw new Error('A store lost its tensor.')
    const chosen = graph.input(dataType.i32, rows)
    const found = graph.rows(table, chosen)
    graph.output(found)
    workspace.place(graph)
    backend.write(table, bytes)
    backend.write(chosen, Int32Array.from({ length: rows }, (_, row) => row))
    await backend.run(graph)
    const numbers = new Float32Array(columns * rows)
    backend.read(found, numbers)
    return numbers
  } finally {
    workspace.free()
    graph.free()
    store.free()
  }
}
