import type { DeviceChoice } from '../../src-engine/protocol'

/** What is kept of how many threads compute a model fastest here: timing it takes a good part of a second at each load. */
export interface ThreadMemo {
  /** Null where it has to be found out. */
  known(path: string, device: DeviceChoice): Promise<number | null>
  keep(path: string, device: DeviceChoice, threads: number): Promise<void>
}
