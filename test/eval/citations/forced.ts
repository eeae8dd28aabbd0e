import { createChatFormat, type ChatFormat } from '../../../src-engine/chat/prompt'
import { recogniseTemplate } from '../../../src-engine/chat/template'
import { openEngine, type Engine, type Session } from '../../../src-engine/engine'
import { createPieces } from '../../../src-engine/evidence/pieces'
import { placeRanges } from '../../../src-engine/evidence/places'
import { readGguf } from '../../../src-engine/gguf/reader'
import { openFileSource } from '../../../src-engine/gguf/source'
import type { Calibration, EvidencePiece } from '../../../src-engine/protocol'
import { createTokenizer, type Tokenizer } from '../../../src-engine/tokenizer/tokenizer'
import { gatherEvidence } from '../../../src-main/ask/citations'
import { lookOf, type Look } from '../../../src-main/ask/looks'
import { buildPrompt } from '../../../src-main/ask/prompt'
import type { Claim, Evidence } from '../../../src-main/ask/supporting'
import { createEvidenceHeads } from '../../../src-main/models/evidence-heads'
import { sentenceText } from '../../support/sentence-text'
import type { LabelledCase } from './labelled'

/** A model that is made to say what is known to be right, or wrong. */
export interface Reader {
  readonly usual: Calibration
  readonly tokensMax: number
  read(labelled: LabelledCase): Promise<Forced>
  close(): void
}

export interface Forced {
  readonly claim: Claim
  readonly evidence: Evidence
  readonly look: Look
}

interface Model {
  readonly session: Session
  readonly tokenizer: Tokenizer
  readonly format: ChatFormat
}

export async function openReader(path: string, name: string, contextMax: number): Promise<Reader> {
  const source = openFileSource(path)
  const file = readGguf(source)
  source.close()
  const tokenizer = createTokenizer(file)
  const format = createChatFormat(recogniseTemplate(file), tokenizer)
  const engine: Engine = await openEngine({ path })
  const usual = await createEvidenceHeads({ calibrate: () => Promise.resolve(null) }, '').of({ name, architecture: engine.shape.architecture, bytes: 0 })
  if (usual === null) throw new Error(`No heads are known of ${name}.`)
  const model = { session: engine.open({ contextMax }), tokenizer, format }
  return { usual, tokensMax: contextMax, read: (labelled) => force(model, usual, labelled), close: () => engine.close() }
}

async function force({ session, tokenizer, format }: Model, { heads }: Calibration, { sentences, question, answer }: LabelledCase): Promise<Forced> {
  const view = sentences.map((text, index) => sentenceText(text, { index, page: null, pageLabel: null }))
  const { messages, sources, question: asked } = buildPrompt(question, [{ sentences: view }], [])
  const prompt = format.prompt(messages)
  const spans = placeRanges(prompt, tokenizer, messages, [...sources, asked])
  const place = spans.at(-1) ?? { start: 0, end: 0 }
  const told: EvidencePiece[] = []
  const pieces = createPieces(session, { sources: spans.slice(0, -1), question: place, length: prompt.length }, (piece) => told.push(piece))
  await session.sync(Array.from(prompt), { watch: { heads, from: place.start } })
  await pieces.question()
  for (const token of tokenizer.encode(answer)) {
    pieces.said(token, session.logits, tokenizer.decode([token]))
    await session.step(token)
    await pieces.read()
  }
  await pieces.end()
  const look = lookOf(told, [0, told.at(-1)?.end ?? 0], sentences.length)
  if (look === null) throw new Error(`Nothing was told of “${answer}”.`)
  return { claim: { question, statement: answer }, evidence: gatherEvidence(view), look }
}
