import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Where the prebuilt libraries for this computer are. @throws if there are none. */
export function libraryFolder(platform: NodeJS.Platform = process.platform, architecture: string = process.arch): string {
  const name = packageName(platform, architecture)
  // `import.meta.resolve` is not there in every runtime that runs this file; the package exports its entry file to require as well.
  const entry = createRequire(import.meta.url).resolve(`@node-llama-cpp/${name}`)
  const folder = join(dirname(entry), '..', 'bins', name)
  if (!existsSync(folder)) throw new Error(`The package @node-llama-cpp/${name} holds no libraries. Install the dependencies again.`)
  return folder
}

/** Packages that drive graphics cards, by what the platform's own package is called; the best driver first. Metal comes with the platform's own. */
const accelerators: Readonly<Record<string, readonly string[]>> = {
  'linux-x64': ['cuda', 'vulkan'],
  'win-x64': ['cuda', 'vulkan'],
}

/** The libraries for graphics cards that are installed; each works on the ggml of the platform's own package, which is of the same version. */
export function acceleratorLibraries(platform: NodeJS.Platform = process.platform, architecture: string = process.arch): readonly string[] {
  const own = packageName(platform, architecture)
  return (accelerators[own] ?? []).flatMap((kind) => {
    const name = `${own}-${kind}`
    const folder = join(libraryFolder(platform, architecture), '..', '..', '..', name, 'bins', name)
    return existsSync(folder) ? [libraryPath(folder, `ggml-${kind}`)] : []
  })
}

/** The names of the platform packages: `linux-x64`, `mac-arm64-metal`, `win-arm64`. */
export function packageName(platform: NodeJS.Platform, architecture: string): string {
  if (platform === 'darwin') return architecture === 'arm64' ? 'mac-arm64-metal' : 'mac-x64'
  if (platform === 'win32') return `win-${architecture}`
  return `linux-${architecture}`
}

/** A library's file carries its version in its name on some platforms: libggml-base.so, libggml.v0.5.0.so, ggml-base.dll. @throws if it is not there */
export function libraryPath(folder: string, name: string): string {
  const pattern = new RegExp(String.raw`^(lib)?${name}(\.v?\d[\d.]*)?\.(so|dylib|dll)(\.\d[\d.]*)?$`)
  const file = readdirSync(folder).find((entry) => pattern.test(entry))
  if (file === undefined) throw new Error(`${folder} holds no library named ${name}. Install the dependencies again.`)
  return join(folder, file)
}
