import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openLog } from '../../src-main/log'

let root: string
beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'longleaf-log-')) })
afterEach(() => rmSync(root, { recursive: true, force: true }))

it('a log has one line an entry, with the cause below it', () => {
  const log = openLog(join(root, 'logs'), () => new Date(0))
  log.write('info', 'started')
  log.write('error', 'failed', new Error('the cause'))
  expect(readFileSync(join(root, 'logs', 'longleaf.log'), 'utf8')).toMatch(/^1970-01-01T00:00:00\.000Z info started\n1970-01-01T00:00:00\.000Z error failed\nError: the cause\n/)
})

it('a log stays small and keeps the one before it', () => {
  writeFileSync(join(root, 'longleaf.log'), 'x'.repeat(1_000_001))
  openLog(root).write('info', 'new')
  expect(readdirSync(root).sort()).toEqual(['longleaf.1.log', 'longleaf.log'])
})

it('a log that cannot be written stops nothing', () => {
  writeFileSync(join(root, 'file'), '')
  expect(() => openLog(join(root, 'file', 'logs')).write('info', 'lost')).not.toThrow()
})
