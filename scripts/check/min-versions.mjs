/**
 * @typedef {Record<string, { safe: readonly string[], why: string }>} Floors `safe`: the first safe version of each release line; the last of them holds
 *   for all later ones
 * @typedef {{ packages: Record<string, { version?: string }> }} Lock package-lock.json
 */

/**
 * Every copy of a package in the lock file that is older than its lowest safe version.
 * @param {Lock} lock
 * @param {Floors} floors
 * @returns {readonly string[]} one sentence each
 */
export function unsafeVersions(lock, floors) {
  return Object.entries(lock.packages).flatMap(([path, { version }]) => {
    const name = path.split('node_modules/').at(-1) ?? ''
    const floor = floors[name]
    if (floor === undefined || version === undefined || isSafe(version, floor.safe)) return []
    return [`${path} is ${version}, which is not safe: ${floor.why}. Safe from: ${floor.safe.join(', ')}.`]
  })
}

/**
 * @param {string} version
 * @param {readonly string[]} safe
 */
export function isSafe(version, safe) {
  const last = safe.at(-1)
  if (last === undefined || compareVersions(version, last) >= 0) return true
  return safe.some((floor) => majorOf(floor) === majorOf(version) && compareVersions(version, floor) >= 0)
}

/** @param {string} version */
const majorOf = (version) => version.split('.')[0]

/**
 * @param {string} a
 * @param {string} b
 */
function compareVersions(a, b) {
  const [left, right] = [numbersOf(a), numbersOf(b)]
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  // 1.0.0-beta.1 comes before 1.0.0.
  return Number(b.includes('-')) - Number(a.includes('-'))
}

/** @param {string} version */
const numbersOf = (version) => (version.split('-')[0] ?? '').split('.').map(Number)
