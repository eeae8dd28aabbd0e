import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readGguf, type GgufFile } from '../../src-engine/gguf/reader'
import { openFileSource } from '../../src-engine/gguf/source'
import { createTokenizer } from '../../src-engine/tokenizer/tokenizer'
import { printFigure, timed } from '../support/figure'
import { glmVocabularyPath, hasGlmVocabulary } from '../support/glm-reference'
import { glmVocabulary } from '../support/glm-vocabulary'
import { writeGguf } from '../support/gguf-writer'
import { languageTexts } from '../support/language-texts'
import { openReferenceTokenizer } from '../support/libllama-tokenizer'
import { starterModelPath } from '../support/starter-model'
import { hasTestModel, testModelPath } from '../support/test-model'

/** 20 MB of books in seven languages and of code become tokens, by a new tokenizer each run so that no word is known before; libllama in the same run. */
const runs = Number(process.env['LONGLEAF_BENCH_RUNS'] ?? 5)
const bytesMin = 20e6

function readPath(path: string): GgufFile {
  const source = openFileSource(path)
  try {
    return readGguf(source)
  } finally {
    source.close()
  }
}

async function measure(name: string, path: string, text: string): Promise<void> {
  const file = readPath(path)
  const libllama = openReferenceTokenizer(path)
  const bytes = Buffer.from(text)
  const times = { open: [] as number[], ours: [] as number[], located: [] as number[], peer: [] as number[] }
  for (let run = 0; run < runs; run++) {
    times.open.push(await timed(() => createTokenizer(file)))
    const tokenizer = createTokenizer(file)
    times.ours.push(await timed(() => tokenizer.encode(text)))
    times.peer.push(await timed(() => libllama.tokenize(bytes, false)))
    times.located.push(await timed(() => tokenizer.encodeLocated(text)))
  }
  const megabytes = `${(bytes.length / 1e6).toFixed(1)} MB`
  printFigure(`${name}: opening the vocabulary`, 'ms', times.open)
  const ours = printFigure(`${name}: tokens of ${megabytes}`, 'ms', times.ours)
  printFigure(`${name}: the same with places, words known`, 'ms', times.located)
  const peer = printFigure(`${name}: tokens of ${megabytes}, libllama`, 'ms', times.peer)
  printFigure(`${name}: how many times as fast as libllama`, 'x', [peer / ours])
}

const texts = Object.values(await languageTexts())
let text = ''
while (Buffer.byteLength(text) < bytesMin) text += texts.join('\n')

const folder = mkdtempSync(join(tmpdir(), 'longleaf-tokens-'))
try {
  if (hasGlmVocabulary) {
    const path = join(folder, 'glm.gguf')
    writeFileSync(path, writeGguf({ metadata: glmVocabulary(glmVocabularyPath, 'chatglm-bpe', 'all') }))
    await measure('GLM-4', path, text)
  }
  if (hasTestModel) await measure('Qwen2.5', testModelPath, text)
  await measure('SmolLM2', starterModelPath(), text)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
