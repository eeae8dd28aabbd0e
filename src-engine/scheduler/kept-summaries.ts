/** What sums up a reading, kept beside it: as nothing of it has to be there, no question waits for a disk or fails for one. */
import type { KeptSummaries, SummaryKind } from '../prefill/kept'
import type { Readings } from '../reading/folder'
import { fingerprintOf, hashOfTokens } from '../reading/identity'
import type { RoomLimits } from '../reading/room'
import type { HeldReading } from '../reading/shared-readings'
import type { SummariesIdentity } from '../reading/stored-summaries'
import { unlessLost } from './on-disk'

/** @param room null where nothing is to be written */
export function summariesBeside(readings: Readings, { name, reading }: HeldReading, room: RoomLimits | null): KeptSummaries {
  const identityOf = (kind: SummaryKind): SummariesIdentity =>
    ({ ...kind, reading: fingerprintOf(reading.identity), textHash: hashOfTokens(reading.tokens.subarray(0, kind.tokens)) })
  return {
    async read(kind, take) {
      const found = await unlessLost(() => readings.summaries(name, identityOf(kind)))
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
      let areWritten = writer !== null
      try {
        for (let layer = 0; layer < kind.layers; layer++) {
          const bytes = await give(layer)
          areWritten &&= await succeeds(() => writer?.writeLayer(layer, bytes))
        }
        areWritten &&= await succeeds(() => writer?.commit())
      } catch (error) {
        areWritten = false
        throw error
      } finally {
        await unlessLost(async () => writer?.close())
        if (writer !== null && !areWritten) await unlessLost(() => readings.removeSummaries(name))
      }
    },
  }
}

/** Whether the disk did it. */
const succeeds = async (work: () => Promise<void> | undefined): Promise<boolean> =>
  (await unlessLost(async () => {
    await work()
    return true
  })) === true
