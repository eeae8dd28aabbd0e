/** Run as a program: starts an engine, has it write for long, and prints its process id once it does. */
import { startEngine } from '../support/engine-process'
import { starterModelPath } from '../support/starter-model'

const engine = startEngine()
engine.send({ kind: 'load', seq: 1, path: starterModelPath(), contextMax: 4096, device: 'cpu', threads: null })
engine.send({ kind: 'chat', seq: 2, messages: [{ role: 'user', content: 'word '.repeat(3500) }], sampling: { temperature: 0, topP: 1, minP: 0, seed: 1, tokensMax: 400 } })
await engine.until((event) => event.kind === 'progress' && event.phase === 'prefill', 'reading', 60_000)
process.stdout.write(`${engine.child.pid}\n`)
