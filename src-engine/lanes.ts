/**
 * Does `work` on each item, `lanes` of them at a time, each begun in order. When one fails no other is begun, and the error comes once all that were
 * begun have ended: nothing then still uses what they shared.
 */
export async function inLanes<T>(items: readonly T[], lanes: number, work: (item: T, lane: number) => Promise<void>): Promise<void> {
  let next = 0
  let failed = false
  async function follow(lane: number): Promise<void> {
    while (!failed) {
      const item = items[next++]
      if (item === undefined) return
      try {
        await work(item, lane)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: lanes }, (_, lane) => follow(lane)))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}
