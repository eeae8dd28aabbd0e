/**
 * What models told of cases, kept in the cache: reading a text is what takes the time, and what is made of it is changed more often. Every head is
 * kept, so that choosing others reads nothing again.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { thisCache } from '../../../scripts/setup/paths.mjs'
import type { EvidencePiece } from '../../../src-engine/protocol'

/** Pieces whose masses are of all heads of a model, layer by layer. */
export interface Told {
  readonly headsPerLayer: number
  readonly pieces: readonly EvidencePiece[]
}

/** What decides what pieces hold. The engine's own numbers are held to libllama's by its tests. */
const sources = ['masses', 'queries', 'pieces', 'places', 'log-probability'].map((name) => readFileSync(new URL(`../../../src-engine/evidence/${name}.ts`, import.meta.url)))
const version = sources.reduce((hash, source) => hash.update(source), createHash('sha256')).digest('hex')

/** What was told under this key, or is told now; computed again where the code that tells it has changed. */
export async function keptOr(key: unknown, tell: () => Promise<Told>): Promise<Told> {
  const folder = join(thisCache(), 'eval', 'told')
  const path = join(folder, `${createHash('sha256').update(JSON.stringify([version, key])).digest('hex')}.json`)
  if (existsSync(path)) return decode(readFileSync(path, 'utf8'))
  const told = await tell()
  await mkdir(folder, { recursive: true })
  await writeFile(`${path}.part`, encode(told))
  await rename(`${path}.part`, path)
  return told
}

const encode = (told: Told): string => JSON.stringify(told, (_, value: unknown) => (value instanceof Float32Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') : value))

function decode(text: string): Told {
  const { headsPerLayer, pieces } = JSON.parse(text) as { headsPerLayer: number; pieces: readonly (Omit<EvidencePiece, 'masses'> & { masses: string })[] }
  return { headsPerLayer, pieces: pieces.map((piece) => ({ ...piece, masses: floats(piece.masses) })) }
}

/** A copy, because Buffer's own bytes may begin at any place. */
const floats = (base64: string): Float32Array => new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer)
