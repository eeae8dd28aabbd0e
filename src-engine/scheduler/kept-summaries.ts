/** What sums up a reading, kept beside it: as nothing of it has to be there, no question waits for a disk or fails for one. */
import type { KeptSummaries, SummaryKind } from '../prefill/kept'
import type { Readings } from '../reading/folder'
import { fingerprintOf, hashOfTokens } from '../reading/identity'
import type { RoomLimits } from '../reading/room'
import type { HeldReading } from '../reading/shared-readings'
import type { SummariesIdentity, SummariesReader } from '../reading/stored-summaries'
import { unlessLost } from './on-disk'

/** @param room null where nothing is to be written */
export function summariesBeside(readings: Readings, { name, reading }: HeldReading, room: RoomLimits | null): KeptSummaries {
  const identityOf = (kind: SummaryKind): SummariesIdentity =>
    ({ ...kind, reading: fingerprintOf(reading.identity), textHash: hashOfTokens(reading.tokens.subarray(0, kind.tokens)) })
  const find = (kind: SummaryKind): Promise<SummariesReader | null> => unlessLost(() => readings.summaries(name, identityOf(kind)))
  return {
    async has(kind) {
      const found = await find(kind)
      await unlessLost(async () => found?.close())
      return found !== null
    },
    async read(kind, take) {
      const found = await find(kind)
      if (found === null) return false
      const bytes = new Uint8Array(kind.layerBytes)
      try {
        for (let layer = 0; layer < kind.layers; layer++) {
          if ((await unlessLost(() => found.readLayer(layer, bytes))) !== true) return false
          await take(layer, bytes)
        }
        return true
      } finally {
        await unlessLost(() => found.close())
      }
    },
    async write(kind, give) {
      const writer = room === null ? null : await unlessLost(() => readings.summariesToWrite(name, identityOf(kind), room))
      if (writer === null) return 0
      let [given, areWritten] = [0, true]
      try {
        while (areWritten && given < kind.layers) {
          const bytes = await give(given)
          areWritten = await succeeds(() => writer.writeLayer(given, bytes))
          given++
        }
        areWritten &&= await succeeds(() => writer.commit())
      } catch (error) {
        areWritten = false
        throw error
      } finally {
        await unlessLost(() => writer.close())
        if (!areWritten) await unlessLost(() => readings.removeSummaries(name))
      }
      return given
    },
  }
}

/** Whether the disk did it. */
const succeeds = async (work: () => Promise<void>): Promise<boolean> =>
  (await unlessLost(async () => {
    await work()
    return true
  })) === true
