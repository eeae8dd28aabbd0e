/** Run as a program: `load-model.ts ours|theirs PATH` loads a model and prints how long that took and what is in memory afterwards. */
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { openEngine } from '../../src-engine/engine'
import { openLlama } from '../support/libllama'

export interface Loaded {
  readonly seconds: number
  /** Resident bytes, pages of mapped files among them; `peak` is the most that there were. */
  readonly resident: number
  readonly peak: number
}

const threads = 2

/** A line of /proc/self/status, in bytes. */
function memory(name: 'VmRSS' | 'VmHWM'): number {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))
  return Number(found?.[1]) * 1024
}

const [who, path = ''] = process.argv.slice(2)
const begun = performance.now()
if (who === 'ours') await openEngine({ path, threads })
else openLlama({ path, context: 512, chunk: 512, kvType: 'f16', flashAttention: true, threads })
const loaded: Loaded = { seconds: (performance.now() - begun) / 1000, resident: memory('VmRSS'), peak: memory('VmHWM') }
process.stdout.write(JSON.stringify(loaded))
process.exit(0)
