import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from '@playwright/test'
import type { RunningApp } from './app'
import { engineOf, type RunningCommand } from './command'

/** Process ids of the app's engine: one, or none while it is started. */
export const enginePids = ({ electron }: RunningApp): Promise<readonly number[]> =>
  electron.evaluate(async ({ app }) => app.getAppMetrics().filter(({ type, name, serviceName }) => type === 'Utility' && /engine/iu.test(`${name ?? ''} ${serviceName ?? ''}`)).map(({ pid }) => pid))

/** Of each tenth of a second the engine stands still for so much, milliseconds. */
const still = 80

/** What a slowed engine may take for an answer or a few pages, milliseconds: of a slow computer a fifth is little. */
export const slowedMs = 300_000

interface Slowed {
  /** When it has ended, nothing more is done to the engine. */
  hurry(): Promise<void>
}

/** Slows the app's engine to a fifth until `hurry` is called, so that what shows while it works can be looked at on any computer. */
export const slowEngine = (app: RunningApp): Promise<Slowed> => slowed(() => enginePids(app))

/** The same of the engine of a command. */
export const slowCommand = ({ child }: RunningCommand): Promise<Slowed> => slowed(() => Promise.resolve(engineOf(child)))

async function slowed(pids: () => Promise<readonly number[]>): Promise<Slowed> {
  await expect.poll(pids, { intervals: [25], timeout: 30_000 }).toHaveLength(1)
  const [pid = 0] = await pids()
  let isSlow = true
  const tick = async (): Promise<void> => {
    while (isSlow && signalled(pid, 'SIGSTOP')) {
      await sleep(still)
      signalled(pid, 'SIGCONT')
      await sleep(100 - still)
    }
  }
  const ticking = tick()
  return {
    hurry() {
      isSlow = false
      return ticking
    },
  }
}

/** Whether the process was there to be signalled. */
function signalled(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}
