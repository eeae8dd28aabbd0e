import { spawn } from 'node:child_process'
import { createWriteStream, existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
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
  await withPackage(packageName, { file, path }, context, async (deb, names) => {
    const member = names.find((name) => basename(name) === file) ?? names.find((name) => basename(name) === `${file}.gz`)
    await unpack(deb, member === undefined ? [] : [member], path)
  })
  return path
}

/**
 * The same book in several languages, each a folder of web pages in one Debian package: all pages of a language become one file.
 * @param {readonly [packageName: string, folder: string, languages: readonly string[]]} book
 * @param {import('./step.mjs').Context} context
 * @returns {Promise<Record<string, string>>} paths in the cache by language
 */
export async function getTranslations([packageName, folder, languages], context) {
  const paths = Object.fromEntries(languages.map((language) => [language, join(context.cache, 'books', packageName, `${language}.html`)]))
  const absent = Object.entries(paths).filter(([, path]) => !existsSync(path))
  if (absent.length === 0) return paths
  await withPackage(packageName, { file: `${absent.length} languages`, path: `${join(context.cache, 'books', packageName)}/LANGUAGE.html` }, context, async (deb, names) => {
    for (const [language, path] of absent) await unpack(deb, names.filter((name) => name.includes(`/${folder}/${language}/`) && name.endsWith('.html')).sort(), path)
  })
  return paths
}

/**
 * @param {string} packageName
 * @param {{ file: string, path: string }} wanted for what is said
 * @param {import('./step.mjs').Context} context
 * @param {(deb: string, names: readonly string[]) => Promise<void>} use the package and the names of the files in it
 */
async function withPackage(packageName, { file, path }, context, use) {
  const mend = `apt-get download ${packageName}, then put its ${file} at ${path}`
  if (context.offline) throw new SetupFailure(`${file} of the Debian package ${packageName} is not in the cache, and LONGLEAF_OFFLINE forbids fetching it.`, { mend })
  context.report.line(`${file}: from the Debian package ${packageName}`)
  const folder = await mkdtemp(join(tmpdir(), 'longleaf-book-'))
  try {
    const deb = await fetchPackage(packageName, folder, context)
    const listing = (await runOrFail('dpkg-deb', ['--contents', deb], { doing: 'dpkg-deb --contents' })).stdout
    await use(deb, listing.split('\n').flatMap((line) => (line.startsWith('-') ? [line.slice(line.indexOf('./'))] : [])))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
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
 * One file of these members, one after the other.
 * @param {string} deb
 * @param {readonly string[]} members
 * @param {string} path
 */
async function unpack(deb, members, path) {
  if (members.length === 0) throw new SetupFailure(`${basename(deb)} does not hold what becomes ${basename(path)}.`)
  await mkdir(dirname(path), { recursive: true })
  const part = `${path}.${process.pid}.part`
  const tar = spawn('sh', ['-c', 'deb=$1; shift; dpkg-deb --fsys-tarfile "$deb" | tar -xOf - "$@"', 'sh', deb, ...members], { stdio: ['ignore', 'pipe', 'inherit'] })
  if (members[0]?.endsWith('.gz')) await pipeline(tar.stdout, createGunzip(), createWriteStream(part))
  else await pipeline(tar.stdout, createWriteStream(part))
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

/** Books in many languages: [Debian package, folder in it, languages]. */
export const translations = /** @type {const} */ ({
  handbook: ['debian-handbook', 'html', ['zh-CN', 'ja-JP', 'ar-MA', 'ru-RU', 'de-DE', 'en-US']],
  // The handbook's Korean is mostly English still.
  installation: ['installation-guide-amd64', 'installation-guide-amd64', ['ko']],
})
