/** Run as a program: `time-reading.ts PATH` writes a reading there, reads it in several ways, removes it and prints MB/s of each. */
import { execFileSync } from 'node:child_process'
import { open, rm } from 'node:fs/promises'
import { checksum } from '../../src-engine/reading/checksum'
import { openFileStorage } from '../../src-engine/reading/file-storage'
import type { ReadingIdentity } from '../../src-engine/reading/identity'
import { blockBytes, extentBytes } from '../../src-engine/reading/layout'
import { createReading, openReading, type Reading } from '../../src-engine/reading/reading'
import { timed } from '../support/figure'
import { identity, sourcesOf, tokensOf } from '../support/known-reading'
import { seededRandom } from '../support/seeded-random'

export interface ReadingTimes {
  readonly 'checksums of blocks': number
  readonly 'one write and sync of all': number
  readonly 'written and committed': number
  readonly 'layers for the first time, from memory': number
  readonly 'layers, from memory': number
  readonly 'plain reads, from memory': number
  readonly 'layers, from the disk': number
  readonly 'plain reads, from the disk': number
  readonly 'scattered blocks, from memory': number
  readonly 'scattered blocks, from the disk': number
}

const geometry: ReadingIdentity = { ...identity, layers: 4, heads: 32, kvHeads: 2, headSize: 128, keyRowBytes: 256, valueRowBytes: 256 }
const [tokens, segmentTokens] = [32_768, 8_192]
const layerBytes = extentBytes(geometry, tokens)
const allBytes = geometry.layers * layerBytes

const [path = ''] = process.argv.slice(2)
const random = seededRandom(1)
const into = new Uint8Array(layerBytes)

/** Takes the file out of the page cache, this one alone. */
function forget(): void {
  execFileSync('dd', [`if=${path}`, 'iflag=nocache', 'count=0', 'status=none'])
}

const speed = async (bytes: number, use: () => unknown): Promise<number> => bytes / 1000 / (await timed(use))

async function write(): Promise<void> {
  const storage = await openFileStorage(path, 'new')
  const reading = await createReading(storage, geometry)
  const extent = Uint8Array.from({ length: extentBytes(geometry, segmentTokens) }, (_, i) => (i * 2_654_435_761) >>> 24)
  written = await speed(allBytes, async () => {
    for (let first = 0; first < tokens; first += segmentTokens) {
      const writer = reading.begin(tokensOf(first, segmentTokens), sourcesOf(first, segmentTokens))
      for (let layer = 0; layer < geometry.layers; layer++) await writer.writeLayer(layer, extent)
      await writer.commit()
    }
  })
  checksums = await speed(extent.length, () => {
    for (let at = 0; at < extent.length; at += blockBytes(geometry)) checksum(extent.subarray(at, at + blockBytes(geometry)))
  })
  await reading.close()
}
let [written, checksums] = [0, 0]

async function plainWrite(): Promise<void> {
  const file = await open(`${path}.plain`, 'w')
  for (let layer = 0; layer < geometry.layers; layer++) await file.write(into)
  await file.datasync()
  await file.close()
  await rm(`${path}.plain`)
}

const plainBytes = 1 << 20
async function plainRead(): Promise<void> {
  const file = await open(path, 'r')
  for (let at = 0; at < allBytes; at += plainBytes) await file.read(into, at % layerBytes, plainBytes, at)
  await file.close()
}

async function opened(): Promise<Reading> {
  const found = await openReading(await openFileStorage(path, 'there'), geometry)
  if (found.kind === 'set-aside') throw new Error(found.why)
  return found.reading
}

const readLayers = async (reading: Reading): Promise<void> => {
  for (let layer = 0; layer < geometry.layers; layer++) await reading.readLayer(layer, 0, tokens, into)
}

/** An eighth of each layer and KV head: as many blocks as a question has in view. */
const scattered = 64
async function readScattered(reading: Reading): Promise<void> {
  for (let layer = 0; layer < geometry.layers; layer++) {
    for (let head = 0; head < geometry.kvHeads; head++) {
      const blocks = Array.from({ length: scattered }, () => Math.floor((random() * tokens) / 64)).sort((a, b) => a - b)
      await reading.readBlocks(layer, head, blocks, into.subarray(0, scattered * blockBytes(geometry)))
    }
  }
}

const scatteredBytes = geometry.layers * geometry.kvHeads * scattered * blockBytes(geometry)
await write()
const plainWritten = await speed(allBytes, plainWrite)
const reading = await opened()
const first = await speed(allBytes, () => readLayers(reading))
const layers = await speed(allBytes, () => readLayers(reading))
const plain = await speed(allBytes, plainRead)
const blocks = await speed(scatteredBytes, () => readScattered(reading))
forget()
const coldBlocks = await speed(scatteredBytes, () => readScattered(reading))
forget()
const coldLayers = await speed(allBytes, () => readLayers(reading))
forget()
const coldPlain = await speed(allBytes, plainRead)
await reading.close()
await rm(path)
const times: ReadingTimes = {
  'checksums of blocks': checksums, 'one write and sync of all': plainWritten, 'written and committed': written,
  'layers for the first time, from memory': first, 'layers, from memory': layers, 'plain reads, from memory': plain,
  'layers, from the disk': coldLayers, 'plain reads, from the disk': coldPlain,
  'scattered blocks, from memory': blocks, 'scattered blocks, from the disk': coldBlocks,
}
process.stdout.write(JSON.stringify(times))
