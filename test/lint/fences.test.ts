import { join } from 'node:path'
import { ESLint, Linter } from 'eslint'
import { parser } from 'typescript-eslint'
import { describe, expect, it } from 'vitest'
import { longleaf } from '../../scripts/lint/plugin.mjs'
import { checkout } from '../../scripts/setup/paths.mjs'

/** The messages of the fence rule for a file with this text at this place. */
function broken(file: string, text: string): readonly string[] {
  const linter = new Linter({ cwd: checkout })
  const config = { files: ['**/*.ts', '**/*.tsx'], plugins: { longleaf }, languageOptions: { parser }, rules: { 'longleaf/fence': 'error' } } as unknown as Linter.Config
  return linter.verify(text, config, join(checkout, file)).map((message) => message.message)
}

const refused: readonly (readonly [file: string, text: string, names: string])[] = [
  ['src-renderer/reader/page.ts', "import { readFile } from 'node:fs/promises'", 'src-renderer/bridge.ts'],
  ['src-renderer/reader/page.ts', "import path from 'path'", 'src-renderer/bridge.ts'],
  ['src-renderer/reader/page.ts', "import { shell } from 'electron'", 'src-renderer/bridge.ts'],
  ['src-renderer/reader/page.tsx', "import { askQuestion } from '../../src-main/ask/run'", 'src-main/contract'],
  ['src-renderer/state/app.ts', "export { search } from '../../src-main/library/search'", 'src-main/contract'],
  ['src-renderer/state/app.ts', "export * from '../../src-engine/protocol'", 'src-main/contract'],
  ['src-renderer/state/app.ts', "import { t } from '../locales/words'", 'src-renderer/state'],
  ['src-renderer/ui/menu.tsx', "import { Reader } from '../reader/reader'", 'src-renderer/window'],
  ['src-renderer/state/app.ts', 'const bridge = window.longleaf', 'src-renderer/bridge.ts'],
  ['src-renderer/state/app.ts', "const bridge = globalThis['longleaf']", 'src-renderer/bridge.ts'],
  ['src-main/models/models.ts', "import { openEngine } from '../../src-engine/engine'", 'src-engine/protocol'],
  ['src-main/models/models.ts', "const engine = await import('../../src-engine/engine')", 'src-engine/protocol'],
  ['src-main/models/models.ts', "import { version } from '../../src-engine/protocol'", 'import type'],
  ['src-main/ask/run.ts', "import { open } from '../../src-renderer/ingest/open'", 'src-main/contract'],
  ['src-engine/index.ts', "import { app } from 'electron'", 'src-engine/protocol.ts'],
  ['src-engine/index.ts', "import type { Answer } from '../src-main/contract/answer'", 'src-engine/protocol.ts'],
  ['src-main/contract/answer.ts', "import { join } from 'node:path'", 'pure'],
  ['src-main/contract/answer.ts', "import { fold } from '../text/fold'", 'pure'],
  ['src-main/text/fold.ts', "import { join } from 'node:path'", 'pure'],
  ['src-main/text/fold.ts', "import type { Answer } from '../contract/answer'", 'pure'],
  ['src-main/index.ts', "import { app, ipcMain } from 'electron'", 'src-main/ipc/serve.ts'],
  ['src-main/index.ts', "import * as electron from 'electron'", 'src-main/ipc/serve.ts'],
  ['src-main/window.ts', "import { ipcRenderer } from 'electron'", 'preload'],
  ['src-main/index.ts', "import { utilityProcess } from 'electron'", 'src-main/engine-host/spawn.ts'],
  ['src-main/window.ts', "window.webContents.send('event', 1)", 'src-main/ipc/publish.ts'],
  ['src-main/window.ts', "contents.send('event', 1)", 'src-main/ipc/publish.ts'],
  ['src-engine/model/llama.ts', "import koffi from 'koffi'", 'src-engine/ggml'],
  ['src-engine/ggml/backend.ts', "import koffi from 'koffi'", 'src-engine/ggml/libraries'],
  ['src-main/ask/run.ts', "import Database from 'better-sqlite3'", 'src-main/library/library.ts'],
  ['src-main/ask/run.ts', "const Database = require('better-sqlite3')", 'src-main/library/library.ts'],
  ['test/main/text/fold.test.ts', "import fc from 'fast-check'", 'test/support/properties.ts'],
]

const allowed: readonly (readonly [file: string, text: string])[] = [
  ['src-renderer/state/app.ts', "import type { Answer } from '../../src-main/contract/answer'"],
  ['src-renderer/window/window.tsx', "import { Reader } from '../reader/reader'"],
  ['src-renderer/reader/reader.tsx', "import { IconButton } from '../ui/button'"],
  ['src-renderer/bridge.ts', 'const bridge = window.longleaf'],
  ['src-main/engine-host/host.ts', "import type { Request } from '../../src-engine/protocol'"],
  ['src-main/engine-host/host.ts', "import { type Request } from '../../src-engine/protocol'"],
  ['src-main/ask/statements.ts', "import { splitSentences } from '../text/sentences'"],
  ['src-renderer/ingest/segment.ts', "import { splitSentences } from '../../src-main/text/sentences'"],
  ['src-main/ipc/serve.ts', "import { ipcMain } from 'electron'"],
  ['src-main/index.ts', "import { app, type IpcMain } from 'electron'"],
  ['src-main/preload-ingest.ts', "import { ipcRenderer } from 'electron'"],
  ['src-main/engine-host/spawn.ts', "import { utilityProcess } from 'electron'"],
  ['src-main/ipc/publish.ts', "contents.send('event', 1)"],
  ['src-main/contract/answer.ts', "import { z } from 'zod'"],
  ['src-engine/ggml/libraries/shared-library.ts', "import koffi from 'koffi'"],
  ['src-main/library/database.ts', "import Database from 'better-sqlite3'"],
  ['test/main/library/open.test.ts', "import Database from 'better-sqlite3'"],
  ['test/support/properties.ts', "import fc from 'fast-check'"],
]

describe('import fences', () => {
  it.each(refused)('%s may not hold: %s', (file, text, names) => {
    const messages = broken(file, text)
    expect(messages).not.toEqual([])
    expect(messages.join('\n')).toContain(names)
  })

  it.each(allowed)('%s may hold: %s', (file, text) => {
    expect(broken(file, text)).toEqual([])
  })

  it.each(['src-main/index.ts', 'src-engine/index.ts', 'src-renderer/main.tsx', 'src-main/contract/answer.ts'])('are watched in %s, and no comment can switch them off', async (file) => {
    const config = (await new ESLint({ cwd: checkout }).calculateConfigForFile(file)) as Linter.Config
    expect(config.rules?.['longleaf/fence']).toEqual([2])
    expect(config.linterOptions?.noInlineConfig).toBe(true)
  })
})
