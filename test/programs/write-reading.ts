/**
 * A process that writes a reading, opened where it is there, segment by segment, and prints how many tokens it has after each that is promised to stay.
 * Arguments: file, tokens of the reading at most. Prints the code of an error and ends where the disk has no room.
 */
import { existsSync } from 'node:fs'
import { openFileStorage } from '../../src-engine/reading/file-storage'
import { createReading, openReading } from '../../src-engine/reading/reading'
import { identity, writeSegment } from '../support/known-reading'

const [path = '', tokensMax = '0'] = process.argv.slice(2)
const isThere = existsSync(path)
const storage = await openFileStorage(path, isThere ? 'there' : 'new')
const found = isThere ? await openReading(storage, identity) : { kind: 'usable', reading: await createReading(storage, identity) } as const
if (found.kind === 'set-aside') throw new Error(found.why)
const { reading } = found
console.log(reading.tokens.length)
try {
  while (reading.tokens.length < Number(tokensMax)) {
    await writeSegment(reading, 64 * (1 + (reading.tokens.length / 64) % 5))
    console.log(reading.tokens.length)
  }
} catch (error) {
  console.log((error as NodeJS.ErrnoException).code)
}
await reading.close()
