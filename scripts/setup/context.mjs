import { makeReport } from './report.mjs'
import { checkout, thisCache } from './paths.mjs'

/**
 * The context of this computer and this run.
 * @returns {import('./step.mjs').Context}
 */
export function thisContext() {
  return {
    env: process.env,
    platform: process.platform,
    arch: process.arch,
    isRoot: process.getuid?.() === 0,
    offline: process.env['LONGLEAF_OFFLINE'] === '1',
    checkout,
    cache: thisCache(),
    report: makeReport({ write: (text) => process.stderr.write(text) }),
  }
}
