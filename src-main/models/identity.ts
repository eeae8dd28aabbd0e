import type { FileFacts } from '../../src-engine/protocol'
import type { CatalogueEntry } from './catalogue'

/** In what a file is not the model of the catalogue that it came as, for a sentence; empty where it is. How it is stored is not compared: files mix types. */
export function differences(facts: FileFacts, { architecture, context, shape }: CatalogueEntry): string {
  const pairs: readonly (readonly [what: string, is: string | number, expected: string | number])[] = [
    ['architecture', facts.architecture, architecture], ['context', facts.contextMax, context], ['number of layers', facts.shape.layers, shape.layers],
    ['number of KV heads', facts.shape.kvHeads, shape.kvHeads], ['head size', facts.shape.headSize, shape.headSize],
  ]
  return pairs.filter(([, is, expected]) => is !== expected).map(([what, is, expected]) => `its ${what} is ${is}, not ${expected}`).join('; ')
}
