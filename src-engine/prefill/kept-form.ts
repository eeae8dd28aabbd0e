/** Readings in the form that the engine computes with: what is kept in half the room (q8_0) becomes f16 when it is read, and the other way round. */
import { dequantise, quantise, quantisedBytes } from '../ggml/quantised'
import type { BlockBytes } from '../reading/block-bytes'
import type { Reading, SegmentWriter } from '../reading/reading'
import type { KeptKv, KeptSummaries, KvSegment } from './kept'

const quantisedOf = (extent: Uint8Array): Uint8Array => new Uint8Array(quantisedBytes(extent.length / Uint16Array.BYTES_PER_ELEMENT))

/** What is read of it has the same bits each time. */
export function keptIn(reading: Reading, summaries?: KeptSummaries): KeptKv {
  const kept = reading.identity.kvType === 'f16' ? reading : inFullForm(reading)
  if (summaries === undefined) return kept
  return {
    get tokens() {
      return kept.tokens
    },
    readLayer: (...which) => kept.readLayer(...which),
    readHead: (...which) => kept.readHead(...which),
    readBlocks: (...which) => kept.readBlocks(...which),
    blocksInFile: (...which) => kept.blocksInFile?.(...which),
    summaries,
  }
}

function inFullForm(reading: Reading): KeptKv {
  const through = async (into: Uint8Array, read: (quantised: Uint8Array) => Promise<void>): Promise<void> => {
    const quantised = quantisedOf(into)
    await read(quantised)
    await dequantise(quantised, into)
  }
  const throughApart = async (into: BlockBytes, read: (quantised: BlockBytes) => Promise<void>): Promise<void> => {
    if (into instanceof Uint8Array) return through(into, read)
    await through(into.keys, (keys) => through(into.values, (values) => read({ keys, values })))
  }
  return {
    get tokens() {
      return reading.tokens
    },
    readLayer: (layer, from, to, into) => through(into, (quantised) => reading.readLayer(layer, from, to, quantised)),
    readHead: (layer, head, from, to, into) => throughApart(into, (quantised) => reading.readHead(layer, head, from, to, quantised)),
    readBlocks: (layer, head, blocks, into) => through(into, (quantised) => reading.readBlocks(layer, head, blocks, quantised)),
  }
}

/** Takes f16. */
export function segmentIn({ identity }: Pick<Reading, 'identity'>, writer: SegmentWriter): KvSegment {
  if (identity.kvType === 'f16') return writer
  return {
    async writeLayer(layer, extent) {
      const quantised = quantisedOf(extent)
      await quantise(extent, quantised)
      await writer.writeLayer(layer, quantised)
    },
    commit: () => writer.commit(),
    abandon: () => writer.abandon(),
  }
}
