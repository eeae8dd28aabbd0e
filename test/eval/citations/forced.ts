import { statSync } from 'node:fs'
import { createChatFormat, type ChatFormat } from '../../../src-engine/chat/prompt'
import { recogniseTemplate } from '../../../src-engine/chat/template'
import { openEngine, type Session } from '../../../src-engine/engine'
import { allHeads } from '../../../src-engine/evidence/calibrate'
import type { Head } from '../../../src-engine/evidence/heads'
import { createPieces } from '../../../src-engine/evidence/pieces'
import { placeRanges } from '../../../src-engine/evidence/places'
import { readGguf } from '../../../src-engine/gguf/reader'
import { openFileSource } from '../../../src-engine/gguf/source'
import type { EvidencePiece } from '../../../src-engine/protocol'
import { createTokenizer, type Tokenizer } from '../../../src-engine/tokenizer/tokenizer'
import { gatherEvidence } from '../../../src-main/ask/citations'
import { lookOf, type Look } from '../../../src-main/ask/looks'
import { buildPrompt, type Prompt } from '../../../src-main/ask/prompt'
import type { Claim, Evidence } from '../../../src-main/ask/supporting'
import { keptOr, type Told } from './kept'
import { extractsOf, viewOf, type LabelledCase } from './labelled'

/** A model that is made to say what is known to be right, or wrong. */
export interface Reader {
  read(labelled: LabelledCase): Promise<Reading>
  close(): void
}

/** What is claimed, of what, and what every head of the model told of it. */
export interface Reading {
  readonly claim: Claim
  readonly evidence: Evidence
  readonly told: Told
}

interface Model {
  readonly session: Session
  readonly heads: readonly Head[]
  readonly headsPerLayer: number
  readonly tokenizer: Tokenizer
  readonly format: ChatFormat
  readonly close: () => void
}

/** The model is loaded when a case comes that was not read before. */
export function openReader(path: string, contextMax: number): Reader {
  const { size } = statSync(path)
  let model: Promise<Model> | null = null
  return {
    async read(labelled) {
      const { question, answer } = labelled
      const view = viewOf(labelled)
      const prompt = buildPrompt(question, extractsOf(view), [])
      const told = await keptOr([size, prompt, answer], async () => force(await (model ??= openModel(path, contextMax)), prompt, answer))
      return { claim: { question, statement: answer }, evidence: gatherEvidence(view), told }
    },
    close: () => void model?.then(({ close }) => close()),
  }
}

async function openModel(path: string, contextMax: number): Promise<Model> {
  const source = openFileSource(path)
  const file = readGguf(source)
  source.close()
  const tokenizer = createTokenizer(file)
  const engine = await openEngine({ path })
  const format = createChatFormat(recogniseTemplate(file), tokenizer)
  const { heads: headsPerLayer } = engine.shape
  return { session: engine.open({ contextMax }), heads: allHeads(engine.shape), headsPerLayer, tokenizer, format, close: () => engine.close() }
}

async function force({ session, heads, headsPerLayer, tokenizer, format }: Model, { messages, sources, question }: Prompt, answer: string): Promise<Told> {
  const prompt = format.prompt(messages)
  const spans = placeRanges(prompt, tokenizer, messages, [...sources, question])
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
  return { headsPerLayer, pieces: told }
}

export async function readAll(reader: Reader, cases: readonly LabelledCase[]): Promise<readonly Reading[]> {
  const read: Reading[] = []
  for (const labelled of cases) read.push(await reader.read(labelled))
  return read
}

/** All heads of the model that told this, in the order of the masses. */
export function headsOf(readings: readonly Reading[]): readonly Head[] {
  const [first] = readings
  const count = first ? (first.told.pieces[0]?.masses.length ?? 0) / first.evidence.sentences.length : 0
  return allHeads({ layers: count / (first?.told.headsPerLayer ?? 1), heads: first?.told.headsPerLayer ?? 1 })
}

/** Where these heads looked. */
export function lookWith(heads: readonly Head[], { claim, evidence, told }: Reading): Look {
  const sentences = evidence.sentences.length
  const rows = heads.map(({ layer, head }) => layer * told.headsPerLayer + head)
  const pieces = told.pieces.map((piece) => ({ ...piece, masses: rowsOf(piece.masses, rows, sentences) }))
  const look = lookOf(pieces, [0, pieces.at(-1)?.end ?? 0], sentences)
  if (look === null) throw new Error(`Nothing was told of “${claim.statement}”.`)
  return look
}

const rowsOf = (masses: Float32Array, rows: readonly number[], width: number): Float32Array =>
  Float32Array.from(rows.flatMap((row) => Array.from(masses.subarray(row * width, (row + 1) * width))))
