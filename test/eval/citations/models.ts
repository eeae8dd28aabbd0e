import { createEvidenceHeads } from '../../../src-main/models/evidence-heads'
import type { Calibration } from '../../../src-engine/protocol'
import { starterModelPath } from '../../support/starter-model'
import { hasTestModel, testModelPath } from '../../support/test-model'

/** A model that answers are put into the mouth of. */
export interface EvalModel {
  readonly title: string
  readonly path: string
  readonly contextMax: number
  /** Whether it knows other languages than English. */
  readonly languages: boolean
  /** The heads that the app takes, and what is usual for them. */
  readonly usual: Calibration
}

const known = [
  { title: 'SmolLM2-135M', name: 'Smollm2 135M', architecture: 'llama', path: starterModelPath(), isThere: true, contextMax: 8_192, languages: false },
  { title: 'Qwen-0.5B', name: 'Qwen2.5 Coder 0.5B', architecture: 'qwen2', path: testModelPath, isThere: hasTestModel, contextMax: 20_000, languages: true },
]

/** The models that are there and whose titles hold the word of LONGLEAF_EVAL_MODEL. */
export async function evalModels(): Promise<readonly EvalModel[]> {
  const wanted = known.filter(({ title }) => title.toLowerCase().includes((process.env['LONGLEAF_EVAL_MODEL'] ?? '').toLowerCase()))
  for (const { title } of wanted.filter(({ isThere }) => !isThere)) console.warn(`${title} is not there, and is left out: npm run setup -- --tests`)
  const table = createEvidenceHeads({ calibrate: () => Promise.resolve(null), facts: null }, '')
  return Promise.all(wanted.filter(({ isThere }) => isThere).map(async (model) => {
    const usual = await table.of({ name: model.name, architecture: model.architecture, bytes: 0 })
    if (usual === null) throw new Error(`No heads are known of ${model.title}.`)
    return { ...model, usual }
  }))
}
