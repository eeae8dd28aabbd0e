import { run } from '../setup/process.mjs'

/**
 * The start of a command line that runs the rest without any network but loopback; empty where this computer does not allow it.
 * @param {import('../setup/step.mjs').Context} context
 * @returns {Promise<readonly string[]>}
 */
export async function noNetworkPrefix(context) {
  if (context.platform !== 'linux') return []
  const ways = context.isRoot ? [asRoot] : [asUser]
  for (const prefix of ways) {
    const [program, ...args] = prefix
    if (program !== undefined && (await run(program, [...args, 'true'])).code === 0) return prefix
  }
  return []
}

const loopbackUp = 'PATH=$PATH:/usr/sbin:/sbin ip link set lo up && exec "$@"'
const asRoot = ['unshare', '--net', '--', 'sh', '-c', loopbackUp, 'sh']
// Loopback needs the namespace's root, Chromium an ordinary user: so a second namespace maps back.
const asUser = ['unshare', '--user', '--map-root-user', '--net', '--', 'sh', '-c', loopbackUp, 'sh', 'unshare', '--user', `--map-user=${process.getuid?.() ?? 0}`, '--']
