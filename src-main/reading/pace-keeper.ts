import { choosePace, type ComputerState, type ReadingPace, type StrainSettings } from './strain'

/** How fast is to be read, as the computer and the person's settings have it now. */
export interface PaceKeeper {
  readonly pace: ReadingPace
  /** Looks again, as after a setting was changed. */
  look(): void
  /** From now on it looks every few seconds. */
  watch(): void
  close(): void
}

export interface PaceKeeperWorld {
  readonly computer: () => ComputerState
  readonly settings: () => StrainSettings
}

/** Nobody tells of memory: it is looked at so often, milliseconds. */
const lookMilliseconds = 5_000

/** @param changed called after each change */
export function createPaceKeeper({ computer, settings }: PaceKeeperWorld, changed: () => void): PaceKeeper {
  let pace: ReadingPace = { kind: 'full' }
  let timer: NodeJS.Timeout | undefined
  const look = (): void => {
    const before = pace
    pace = choosePace(computer(), settings(), before)
    if (JSON.stringify(pace) !== JSON.stringify(before)) changed()
  }
  return {
    get pace() {
      return pace
    },
    look,
    watch() {
      look()
      timer ??= setInterval(look, lookMilliseconds)
    },
    close: () => clearInterval(timer),
  }
}
