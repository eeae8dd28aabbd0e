import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readGguf, type GgufFile } from '../../src-engine/gguf/reader'
import { openFileSource } from '../../src-engine/gguf/source'
import { createTokenizer, type Tokenizer } from '../../src-engine/tokenizer/tokenizer'
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
  // The peer is slower; a tenth of the text has its kinds of text in the same shares.
  const part = bytes.subarray(0, bytes.length / 10)
  const speed = (length: number, milliseconds: number): number => length / 1000 / milliseconds
  const speeds = { ours: [] as number[], located: [] as number[], peer: [] as number[] }
  const opened: number[] = []
  const whole: number[] = []
  for (let run = 0; run < runs; run++) {
    let tokenizer: Tokenizer | undefined
    opened.push(await timed(() => (tokenizer = createTokenizer(file))))
    whole.push(await timed(() => tokenizer?.encode(text)))
    speeds.ours.push(speed(bytes.length, whole.at(-1) ?? 0))
    speeds.peer.push(speed(part.length, await timed(() => libllama.tokenize(part, false))))
    speeds.located.push(speed(bytes.length, await timed(() => tokenizer?.encodeLocated(text))))
  }
  printFigure(`${name}: opening the vocabulary`, 'ms', opened)
  printFigure(`${name}: tokens of ${(bytes.length / 1e6).toFixed(1)} MB`, 'ms', whole)
  const ours = printFigure(`${name}: speed`, 'MB/s', speeds.ours)
  printFigure(`${name}: speed with places, words known`, 'MB/s', speeds.located)
  const peer = printFigure(`${name}: speed of libllama`, 'MB/s', speeds.peer)
  printFigure(`${name}: how many times as fast as libllama`, 'x', [ours / peer])
}

/** Pieces of all kinds in turn, so that a part of the whole is like the whole. */
function mixture(texts: readonly string[]): string {
  const pieces: string[] = []
  for (let bytes = 0, i = 0; bytes < bytesMin; i++) {
    for (const text of texts) {
      const start = (i * 8_000) % text.length
      pieces.push(text.slice(start, start + 8_000))
      bytes += Buffer.byteLength(pieces.at(-1) ?? '')
    }
  }
  return pieces.join('\n')
}

const text = mixture(Object.values(await languageTexts()))

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
