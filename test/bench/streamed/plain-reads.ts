/** What a disk gives where nothing is computed. */
import { execFileSync } from 'node:child_process'
import { open } from 'node:fs/promises'
import { blockBytes, blockTokens } from '../../../src-engine/reading/layout'
import type { Reading } from '../../../src-engine/reading/reading'
import { timed } from '../../support/figure'

interface Piece {
  readonly offset: number
  readonly bytes: number
}

export interface PlainOrder {
  readonly pieces: readonly Piece[]
  /** How many are read at once. */
  readonly lanes: number
}

const megabyte = 2 ** 20
/** As many as a reading has. */
const readsAtOnce = 4

/** So many bytes from the beginning of a file. */
export function inARow(bytes: number): PlainOrder {
  return { pieces: Array.from({ length: Math.floor(bytes / megabyte) }, (_, i) => ({ offset: i * megabyte, bytes: megabyte })), lanes: readsAtOnce }
}

/** What a step attends at once of a head in a file. */
const partTokens = 512
const headsAtOnce = 2

/** The last so many heads over `tokens` tokens, whose blocks were read before, as a step attends them: parts of some of them in turn. */
export function inItsOrder(reading: Reading, tokens: number, heads: number): PlainOrder {
  const { layers, kvHeads } = reading.identity
  const parts = Array.from({ length: heads }, (_, i) => partsOf(reading, tokens, layers * kvHeads - heads + i))
  const together = Array.from({ length: Math.ceil(heads / headsAtOnce) }, (_, i) => parts.slice(i * headsAtOnce, (i + 1) * headsAtOnce))
  const inTurn = (group: readonly (readonly Piece[])[]): readonly Piece[] =>
    (group[0] ?? []).flatMap((_, part) => group.flatMap((each) => each.slice(part, part + 1)))
  return { pieces: together.flatMap(inTurn), lanes: headsAtOnce }
}

/** Of a head, by index in the order of computing. */
function partsOf(reading: Reading, tokens: number, index: number): readonly Piece[] {
  const { kvHeads } = reading.identity
  const [ofBlock, ofPart] = [blockBytes(reading.identity), (partTokens / blockTokens) * blockBytes(reading.identity)]
  const { runs } = reading.blocksInFile(Math.floor(index / kvHeads), index % kvHeads, tokens) ?? { runs: [] }
  return runs.flatMap(({ end, offset }, run) => {
    const bytes = (end - (runs[run - 1]?.end ?? 0)) * ofBlock
    const piece = (from: number): Piece => ({ offset: offset + from, bytes: Math.min(ofPart, bytes - from) })
    return Array.from({ length: Math.ceil(bytes / ofPart) }, (_, part) => piece(part * ofPart))
  })
}

/** How often, and whether the file is forgotten before each time. */
interface PlainRuns {
  readonly runs: number
  readonly isCold: boolean
}

/** MB/s of each run. */
export async function plainReads(file: string, { pieces, lanes }: PlainOrder, { runs, isCold }: PlainRuns): Promise<readonly number[]> {
  const handle = await open(file, 'r')
  const all = pieces.reduce((sum, { bytes }) => sum + bytes, 0)
  const speeds: number[] = []
  for (let run = 0; run < runs; run++) {
    if (isCold) forget(file)
    let next = 0
    const milliseconds = await timed(() => Promise.all(Array.from({ length: lanes }, async () => {
      const into = new Uint8Array(megabyte)
      for (let piece = pieces[next++]; piece !== undefined; piece = pieces[next++]) await handle.read(into, 0, piece.bytes, piece.offset)
    })))
    speeds.push(all / 1_000 / milliseconds)
  }
  await handle.close()
  return speeds
}

/** Takes the file out of the page cache, this one alone. */
export function forget(file: string): void {
  execFileSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none'])
}
