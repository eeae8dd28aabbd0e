/**
 * Run as a program: opens changed model files one after the other and has each read and write a little. Prints a line for each before it is tried
 * and how it ended, so that whoever started it knows which one ended the process.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { ContextExceededError } from '../../src-engine/engine'
import { GgufError } from '../../src-engine/gguf/reader'
import { ModelUnsupportedError } from '../../src-engine/model/shape'
import { openModel } from '../../src-engine/scheduler/open-model'
import { changedModels } from '../support/changed-models'

const [, , path = '', list = '', first = '0'] = process.argv
const { signal } = new AbortController()
const ignore = (): void => undefined

async function use(): Promise<void> {
  const model = await openModel({ path, contextMax: 64, device: 'cpu', threads: null }, { signal, onProgress: ignore, replace: ignore, log: ignore })
  try {
    await model.session.sync(model.format.prompt([{ role: 'user', content: 'hello world' }]), { signal, onProgress: ignore })
    await model.session.steps([5], signal)
  } finally {
    model.close()
  }
}

const changed = changedModels(list)
for (let i = Number(first); i < changed.length; i++) {
  const { name, bytes } = changed[i] ?? { name: '', bytes: () => new Uint8Array(0) }
  writeFileSync(path, bytes())
  process.stdout.write(`${i} ${name}: `)
  try {
    await use()
    process.stdout.write('works\n')
  } catch (thrown) {
    const named = [GgufError, ModelUnsupportedError, ContextExceededError, RangeError].some((kind) => thrown instanceof kind)
    process.stdout.write(`${named ? 'refused' : 'FAILED'} ${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  }
}
rmSync(path)
