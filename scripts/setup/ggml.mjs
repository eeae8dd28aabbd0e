import { existsSync } from 'node:fs'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { installFolder } from './files.mjs'
import { ggmlPackage } from './paths.mjs'
import { withNpmPackage } from './registries.mjs'

/**
 * The prebuilt ggml libraries. npm ci brings those of Linux; those of macOS and Windows come here, because one lock file must do for all three.
 * @type {import('./step.mjs').Step}
 */
export const ggmlStep = {
  title: 'ggml libraries',
  mend: 'npm run setup (with a network)',
  isDone: async (context) => {
    const name = ggmlPackage(context.platform, context.arch)
    return name !== undefined && existsSync(join(context.checkout, 'node_modules', name))
  },
  sources(context) {
    const name = ggmlPackage(context.platform, context.arch)
    return name === undefined ? [] : [{ title: `npm's ${name}`, network: true, install: (c) => install(name, c) }]
  },
}

/**
 * @param {string} name
 * @param {import('./step.mjs').Context} context
 */
async function install(name, context) {
  const { optionalDependencies } = JSON.parse(await readFile(join(context.checkout, 'package.json'), 'utf8'))
  const version = optionalDependencies['@node-llama-cpp/linux-x64']
  await withNpmPackage(name, version, context, (folder) =>
    installFolder(join(context.checkout, 'node_modules', name), (target) => cp(folder, target, { recursive: true })),
  )
}
