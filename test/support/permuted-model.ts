/**
 * A `qwen2` file as a `chatglm` one: the same model in another notation. `qwen2` turns numbers i and i + d / 2 of a head together, `chatglm` 2i and
 * 2i + 1, so the rows of queries and keys change places; matrices that chatglm keeps as one are put one under the other. Rows are copied whole, in any
 * quantisation: every number stays what it was. Where queries, keys and values are of different types, their matrices stay apart.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { readGguf } from '../../src-engine/gguf/reader'
import { openFileSource } from '../../src-engine/gguf/source'
import { findCount, required } from '../../src-engine/gguf/metadata'
import { writeGguf, type WrittenValue } from './gguf-writer'

interface Part {
  readonly name: string
  readonly type: number
  readonly dimensions: readonly number[]
  readonly bytes: Uint8Array
}

/** @param headSize also the numbers of a head that turn: `chatglm` files that are read here have 64 */
export function writeAsChatglm(from: string, to: string, headSize = 64): void {
  const source = openFileSource(from)
  const file = readGguf(source)
  const part = (name: string): Part => {
    const info = file.tensors.find((tensor) => tensor.name === name)
    if (info === undefined) throw new Error(`${from} has no tensor ${name}.`)
    return { name, type: info.type, dimensions: info.dimensions, bytes: source.read(info.offset, info.bytes) }
  }
  const layers = required('qwen2.block_count', findCount(file, 'qwen2.block_count', 1, 1024))
  const parts = ['token_embd.weight', 'output_norm.weight', 'output.weight'].map(part)
  for (let i = 0; i < layers; i++) parts.push(...layerParts(i, part, headSize))
  source.close()

  const metadata = [...file.metadata].filter(([key]) => key !== 'general.architecture').map(([key, value]): [string, WrittenValue] =>
    [key.replace(/^qwen2\./, 'chatglm.'), value as WrittenValue])
  metadata.push(['general.architecture', { type: 'string', value: 'chatglm' }], ['chatglm.rope.dimension_count', { type: 'uint32', value: headSize }])
  writeParts(to, metadata, parts)
}

function layerParts(index: number, part: (name: string) => Part, headSize: number): readonly Part[] {
  const own = (name: string): Part => part(`blk.${index}.${name}`)
  const turned = (name: string): Part => adjacent(own(name), headSize)
  const weights = [turned('attn_q.weight'), turned('attn_k.weight'), own('attn_v.weight')]
  const biases = [turned('attn_q.bias'), turned('attn_k.bias'), own('attn_v.bias')]
  const isOneType = new Set(weights.map(({ type }) => type)).size === 1
  return [
    ...(isOneType ? [stacked(`blk.${index}.attn_qkv.weight`, weights), stacked(`blk.${index}.attn_qkv.bias`, biases)] : [...weights, ...biases]),
    stacked(`blk.${index}.ffn_up.weight`, [own('ffn_gate.weight'), own('ffn_up.weight')]),
    ...['attn_norm.weight', 'attn_output.weight', 'ffn_norm.weight', 'ffn_down.weight'].map(own),
  ]
}

/** Row i of each head goes to 2i, row i + d / 2 to 2i + 1. */
function adjacent({ bytes, ...rest }: Part, headSize: number): Part {
  const rows = rest.dimensions.at(-1) ?? 1
  const row = bytes.length / rows
  const half = headSize / 2
  const moved = new Uint8Array(bytes.length)
  for (let from = 0; from < rows; from++) {
    const place = from % headSize
    const to = from - place + (place < half ? 2 * place : 2 * (place - half) + 1)
    moved.set(bytes.subarray(from * row, (from + 1) * row), to * row)
  }
  return { ...rest, bytes: moved }
}

function stacked(name: string, parts: readonly Part[]): Part {
  const rows = parts.reduce((sum, { dimensions }) => sum + (dimensions.at(-1) ?? 1), 0)
  const [columns = 1] = parts[0]?.dimensions ?? []
  const dimensions = parts[0]?.dimensions.length === 1 ? [rows] : [columns, rows]
  return { name, type: parts[0]?.type ?? 0, dimensions, bytes: Buffer.concat(parts.map(({ bytes }) => bytes)) }
}

function writeParts(path: string, metadata: readonly [string, WrittenValue][], parts: readonly Part[]): void {
  let offset = 0
  const tensors = parts.map(({ name, type, dimensions, bytes }) => {
    const placed = { name, type, dimensions, offset }
    offset = Math.ceil((offset + bytes.length) / 32) * 32
    return placed
  })
  const head = writeGguf({ metadata, tensors, data: new Uint8Array(0) })
  const start = Math.ceil(head.length / 32) * 32
  const descriptor = openSync(path, 'w')
  writeSync(descriptor, head, 0, head.length, 0)
  parts.forEach(({ bytes }, i) => writeSync(descriptor, bytes, 0, bytes.length, start + (tensors[i]?.offset ?? 0)))
  closeSync(descriptor)
}
