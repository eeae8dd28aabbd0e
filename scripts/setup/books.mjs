import { spawn } from 'node:child_process'
import { createWriteStream, existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { SetupFailure } from './failure.mjs'
import { runOrFail } from './process.mjs'
import { aptUpdate } from './registries.mjs'

/**
 * A real book for tests and benchmarks, out of a Debian package (which is fetched and unpacked, never installed).
 * @param {string} packageName
 * @param {string} file the file's name inside the package; `.gz` is taken off
 * @param {import('./step.mjs').Context} context
 * @returns {Promise<string>} its path in the cache
 */
export async function getBook(packageName, file, context) {
  const path = join(context.cache, 'books', packageName, file)
  if (existsSync(path)) return path
  const mend = `apt-get download ${packageName}, then put its ${file} at ${path}`
  if (context.offline) throw new SetupFailure(`${file} of the Debian package ${packageName} is not in the cache, and LONGLEAF_OFFLINE forbids fetching it.`, { mend })
  context.report.line(`${file}: from the Debian package ${packageName}`)
  const folder = await mkdtemp(join(tmpdir(), 'longleaf-book-'))
  try {
    await extract(await fetchPackage(packageName, folder, context), file, path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return path
}

/**
 * @param {string} packageName
 * @param {string} folder
 * @param {import('./step.mjs').Context} context
 */
async function fetchPackage(packageName, folder, context) {
  await aptUpdate(context)
  // apt drops root for the download where the folder lets it.
  await chmod(folder, 0o777)
  const doing = `apt-get download ${packageName}`
  const fetchOnce = () => runOrFail('apt-get', ['download', packageName], { doing, cwd: folder, limitMs: 10 * 60_000 })
  await fetchOnce().catch(async (error) => {
    if (!context.isRoot) throw error
    await aptUpdate(context, { force: true })
    await fetchOnce()
  })
  const deb = (await readdir(folder)).find((name) => name.endsWith('.deb'))
  if (deb === undefined) throw new SetupFailure(`${doing} brought no package.`)
  return join(folder, deb)
}

/**
 * @param {string} deb
 * @param {string} file
 * @param {string} path
 */
async function extract(deb, file, path) {
  const listing = (await runOrFail('dpkg-deb', ['--contents', deb], { doing: 'dpkg-deb --contents' })).stdout
  const names = listing.split('\n').flatMap((line) => (line.startsWith('-') ? [line.slice(line.indexOf('./'))] : []))
  const member = names.find((name) => basename(name) === file) ?? names.find((name) => basename(name) === `${file}.gz`)
  if (member === undefined) throw new SetupFailure(`${basename(deb)} holds no ${file}.`)
  await mkdir(join(path, '..'), { recursive: true })
  const part = `${path}.${process.pid}.part`
  const unpack = spawn('sh', ['-c', 'dpkg-deb --fsys-tarfile "$1" | tar -xOf - "$2"', 'sh', deb, member], { stdio: ['ignore', 'pipe', 'inherit'] })
  if (member.endsWith('.gz')) await pipeline(unpack.stdout, createGunzip(), createWriteStream(part))
  else await pipeline(unpack.stdout, createWriteStream(part))
  await rename(part, path)
}

/** The books that tests, benchmarks and evaluations use: [Debian package, file]. */
export const books = /** @type {const} */ ({
  bash: ['bash-doc', 'bashref.pdf'],
  r: ['r-doc-pdf', 'refman.pdf'],
  policy: ['debian-policy', 'policy.pdf'],
  japanese: ['texlive-lang-japanese', 'jlshort.pdf'],
  german: ['texlive-lang-german', 'csquotes-DE.pdf'],
  persian: ['texlive-lang-arabic', 'lshort.pdf'],
  chinese: ['texlive-lang-chinese', 'lshort-zh-cn.pdf'],
})
