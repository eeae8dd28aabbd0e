import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { jsonOf, startCommand } from '../support/command'
import { deleteFolder } from '../support/delete-folder'
import { writeGlmShape } from '../support/glm-shape'
import { draw, writePdf } from '../support/pdf-writer'

/** In the order of the processor's kernels they are more than a gigabyte, and lie in one piece. */
const layers = 10

let folder: string

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longleaf-large-'))
})

test.afterAll(() => deleteFolder(folder))

// Chromium's allocator, which the app's processes have, ends a process that wants so much memory at once. Node's does not.
test('a model that takes gigabytes in one piece is used by the app', async () => {
  test.setTimeout(300_000)
  const [model, note] = [join(folder, 'shape.gguf'), join(folder, 'note.pdf')]
  writeGlmShape(model, { mix: 'Q4_0', layers })
  await writeFile(note, writePdf({ pages: [{ content: draw(60, 700, 'The river is nine miles long.') }] }))
  const asked = await startCommand(join(folder, 'data'), ['ask', note, 'How long is the river?', '--model', model, '--mode', 'whole', '--max-tokens', '3', '--memory', '2GB', '--json']).done
  expect(asked.code, asked.err).toBe(0)
  expect(jsonOf(asked)).toMatchObject({ state: 'done', model: 'shape', tokens: { generated: 3 }, coverage: { complete: true } })
})
