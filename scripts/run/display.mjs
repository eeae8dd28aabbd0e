import { text } from 'node:stream/consumers'
import { SetupFailure } from '../setup/failure.mjs'
import { hasDisplay } from '../setup/system.mjs'
import { spawnBound } from './children.mjs'

/**
 * Runs a job with a display: the one that is there, or a virtual one that ends with the job.
 * @template T
 * @param {NodeJS.ProcessEnv} env
 * @param {(env: NodeJS.ProcessEnv) => Promise<T>} job
 * @param {{ always?: boolean }} [options] `always`: a virtual one even where there is another
 */
export async function withDisplay(env, job, { always = false } = {}) {
  if (process.platform !== 'linux' || (hasDisplay(env) && !always)) return job(env)
  const { name, stop } = await startXvfb()
  try {
    const { WAYLAND_DISPLAY: _, ...others } = env
    return await job({ ...others, DISPLAY: name })
  } finally {
    await stop()
  }
}

/** Xvfb picks a free number itself and writes it to the given file descriptor once it answers. */
async function startXvfb() {
  const child = spawnBound('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const ended = new Promise((resolve) => child.once('close', resolve))
  const failed = new Promise((_, reject) => {
    const fail = () => reject(new SetupFailure('The virtual display (Xvfb) does not start.', { mend: 'sudo apt-get install -y xvfb' }))
    child.once('error', fail)
    child.once('exit', fail)
  })
  const number = await Promise.race([text(/** @type {import('node:stream').Readable} */ (child.stdio[3])), failed])
  failed.catch(() => undefined)
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
  }
  return { name: `:${String(number).trim()}`, stop }
}
