import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { runElectron } from '../../scripts/run/electron.mjs'
import { thisContext } from '../../scripts/setup/context.mjs'

const folder = mkdtempSync(join(tmpdir(), 'longleaf-electron-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What is said of an app that logs as Chromium does, and then ends so. */
async function saidOf(end: string): Promise<{ readonly code: number; readonly said: string }> {
  const program = join(folder, 'app')
  writeFileSync(program, `#!/bin/sh\necho '[7:1128/111152.418673:ERROR:bus.cc(407)] Failed to connect to the bus' >&2\necho 'Stopping.' >&2\n${end}\n`, { mode: 0o755 })
  const said: string[] = []
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0)
  try {
    return { code: await runElectron({ electron: program, context: { ...thisContext(), isRoot: false }, env: process.env }), said: said.join('') }
  } finally {
    write.mockRestore()
  }
}

describe.skipIf(process.platform === 'win32')('an app that ends', () => {
  it('by a signal shows what Chromium said last', async () => {
    const { code, said } = await saidOf('kill -SEGV $$')
    expect(code).toBe(139)
    expect(said).toContain('Failed to connect to the bus')
    expect(said).toContain('The app ended by signal 11.')
  })

  it('as Ctrl+C asked for has nothing more to say', async () => {
    expect(await saidOf('exit 130')).toEqual({ code: 130, said: 'Stopping.\n' })
  })
})
