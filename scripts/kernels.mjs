/**
 * Compiles `src-kernels` to `resources/kernels`, for the platforms on which it is tested, with Zig's C compiler: `zig` or, of Python's package ziglang,
 * `python3 -m ziglang`. Only who changes a kernel needs it; what was compiled is part of the project.
 */
import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const sources = 'src-kernels'
const target = 'resources/kernels'

/** Vectors of so many floats, and the processors that have them. */
const platforms = [
  { name: 'linux-x64', platform: 'x86_64-linux-gnu.2.17', widths: [{ lanes: 16, processor: 'x86_64_v4' }, { lanes: 8, processor: 'x86_64_v3' }] },
]

const flags = [
  '-std=c11', '-Wall', '-Wextra', '-Wno-unused-parameter', '-Werror', '-O3', '-fPIC', '-ffp-contract=fast', '-fvisibility=hidden', '-ffunction-sections',
  '-fno-sanitize=all', '-fno-stack-check', '-fno-stack-protector', '-g0',
]

/** SHA-256 of all sources, by which a test knows whether they were compiled. */
const hash = createHash('sha256')
for (const name of readdirSync(sources).sort()) hash.update(readFileSync(join(sources, name)))
const digest = hash.digest('hex')

const commands = [['zig'], ['python3', '-m', 'ziglang']]
const compiler = commands.find((words) => works(words))
if (compiler === undefined) {
  console.error('Zig was not found. Install it, or `pip install ziglang`, and start this again.')
  process.exit(1)
}
const zig = compiler

const folder = mkdtempSync(join(tmpdir(), 'longleaf-kernels-'))
try {
  mkdirSync(target, { recursive: true })
  for (const { name, platform, widths } of platforms) {
    const objects = [compile('kernels', 'kernels', platform, [`-DSOURCES="${digest}"`])]
    for (const { lanes, processor } of widths) {
      const own = [`-mcpu=${processor}`, '-mprefer-vector-width=512', `-DLANES=${lanes}`]
      for (const source of ['attention', 'summaries']) objects.push(compile(source, `${source}-${lanes}`, platform, own))
    }
    run(['cc', '-target', platform, '-O3', '-fno-sanitize=all', '-shared', '-s', '-Wl,--gc-sections', '-o', join(target, `${name}.so`), ...objects])
    console.error(`${join(target, name)}.so`)
  }
} finally {
  rmSync(folder, { recursive: true })
}

/**
 * @param {string} source
 * @param {string} name of the object
 * @param {string} platform
 * @param {readonly string[]} more flags
 */
function compile(source, name, platform, more) {
  const object = join(folder, `${name}.o`)
  run(['cc', '-target', platform, ...flags, ...more, '-c', join(sources, `${source}.c`), '-o', object])
  return object
}

/** @param {readonly string[]} words */
function run(words) {
  const [command = '', ...first] = zig
  execFileSync(command, [...first, ...words], { stdio: 'inherit' })
}

/** @param {readonly string[]} words */
function works([command = '', ...first]) {
  try {
    execFileSync(command, [...first, 'version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
