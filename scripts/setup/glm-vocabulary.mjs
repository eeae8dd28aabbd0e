import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { installVerified, isVerified } from './files.mjs'
import { hubSource } from './model.mjs'
import { withCrate } from './registries.mjs'

/** GLM-4's vocabulary (MIT), for tests: the tokens that the model's own tokenizer knows, by rank. Both sources carry the same bytes; the hash decides. */
export const glmVocabulary = {
  file: 'glm4.tiktoken',
  sha256: '5a493598071550244b2ee7f26118f3edec2150b9dfa967929a99052ac83fe716',
  url: 'https://huggingface.co/zai-org/glm-4-9b-chat-1m/resolve/main/tokenizer.model',
  crate: ['splintr-vocab-glm', '1.0.0'],
}

const title = 'GLM-4 vocabulary'

/** @param {{ readonly cache: string }} context */
export const glmVocabularyPath = ({ cache }) => join(cache, 'vocabularies', glmVocabulary.file)

/** @type {import('./step.mjs').Step} */
export const glmVocabularyStep = {
  title,
  mend: `npm run setup -- --tests (with a network and cargo), or put ${glmVocabulary.file} into the folder vocabularies of the cache`,
  isDone: (context) => isVerified(glmVocabularyPath(context), glmVocabulary.sha256),
  sources: () => [hubSource(title, glmVocabulary, glmVocabularyPath), { title: `the crate ${glmVocabulary.crate[0]}`, network: true, install: fromCrate }],
}

/** @param {import('./step.mjs').Context} context */
async function fromCrate(context) {
  const [name = '', version = ''] = glmVocabulary.crate
  const path = glmVocabularyPath(context)
  await withCrate(name, version, context, async (folder) => {
    const copy = join(folder, `${process.pid}.part`)
    await copyFile(join(folder, 'vocabs', glmVocabulary.file), copy)
    await installVerified(copy, path, glmVocabulary.sha256)
  })
}
