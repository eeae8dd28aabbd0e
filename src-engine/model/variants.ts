import type { GgufFile } from '../gguf/file'
import { ModelUnsupportedError, type ModelShape } from './shape'

/** Keys that ask for more than a plain decoder computes, and what a person may know it by. What they ask for would be left out, silently. */
const variants: readonly (readonly [key: string, predicate: string])[] = [
  ['expert_count', 'is a mixture of experts, which Longleaf cannot run'],
  ['nextn_predict_layers', 'has layers that guess ahead, which Longleaf cannot run'],
  ['rope.dimension_sections', 'is made for pictures too, which Longleaf cannot run'],
  ['rope.scaling.factor', 'stretches its context, which Longleaf cannot do yet'],
  ['rope.scale_linear', 'stretches its context, which Longleaf cannot do yet'],
  ['pooling_type', 'is made for comparing texts, not for writing'],
  ['attention.clamp_kqv', 'limits its attention in a way that Longleaf does not know'],
  ['attention.max_alibi_bias', 'tells places of tokens in a way that Longleaf does not know'],
  ['attention.scale', 'scales its attention in a way that Longleaf does not know'],
]

/** @throws ModelUnsupportedError for a file that would compute, wrongly. */
export function refuseVariants(file: GgufFile, { architecture, contextMax }: ModelShape): void {
  for (const [key, predicate] of variants) {
    const entry = file.metadata.get(`${architecture}.${key}`)
    if (entry !== undefined && Number(entry.value) !== 0) throw new ModelUnsupportedError(predicate)
  }
  const scaling = file.metadata.get(`${architecture}.rope.scaling.type`)
  if (scaling !== undefined && scaling.value !== 'none') throw new ModelUnsupportedError('stretches its context, which Longleaf cannot do yet')
  const causal = file.metadata.get(`${architecture}.attention.causal`)
  if (causal !== undefined && causal.value !== true) throw new ModelUnsupportedError('looks ahead in its text: it is made for comparing texts, not for writing')
  const sliding = Number(file.metadata.get(`${architecture}.attention.sliding_window`)?.value ?? 0)
  if (sliding !== 0 && !(sliding >= contextMax)) throw new ModelUnsupportedError(`looks back ${sliding} tokens only, which Longleaf cannot do`)
}
