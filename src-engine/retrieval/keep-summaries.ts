import type { Backend } from '../ggml/backend'
import type { KvShape } from '../kv/layer'
import { blockTokens } from '../prefill/extent'
import type { KeptKv, KeptSummaries } from '../prefill/kept'
import { wholeBlocks } from './budget'
import { keyClusters } from './key-clusters'
import { rowsOf, summaryTypes } from './summary-layout'
import { SummaryMaker } from './summary-maker'
import { SummaryPacking } from './summary-packing'

interface TextToSumUp {
  readonly kept: KeptKv
  /** Where what sums it up is kept. */
  readonly summaries: KeptSummaries
}

/**
 * Makes what sums up a text and keeps it beside the text, so that no question has to wait for that; unless it is kept already.
 * @param between is waited for before each piece of the work
 * @throws RangeError if there is not enough memory; what `kept` and `between` throw
 */
export async function keepSummaries(backend: Backend, shape: KvShape, { kept, summaries }: TextToSumUp, between: () => Promise<void>): Promise<void> {
  const [blocks, form, types] = [wholeBlocks(kept.tokens.length), keyClusters, summaryTypes(shape)]
  const packing = new SummaryPacking(backend, shape, rowsOf(blocks, form), form, types)
  const kind = packing.kind(blocks * blockTokens)
  if (await summaries.has(kind)) return
  const maker = new SummaryMaker(backend, packing, { shape, blocks, form, types })
  try {
    await summaries.write(kind, (layer) => maker.layer(kept, layer, between))
  } finally {
    maker.free()
  }
}
