import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect } from '../../../src-main/library/connection'
import { firstId, lastId } from '../../../src-main/library/database'
import { listDocuments } from '../../../src-main/library/documents'
import { search } from '../../../src-main/library/search'
import { buildScript, type BuiltScript } from '../../support/built-worker'
import { inFolder } from '../../support/library'
import { randomFrom } from '../../support/zipf'

let child: BuiltScript

beforeAll(async () => { child = await buildScript('test/programs/store-documents.ts') })
afterAll(() => { child.remove() })

/** Runs the storing process, kills it some milliseconds after it printed so many lines, and tells what it had promised. */
async function killAfter(folder: string, first: number, lines: number, milliseconds: number): Promise<readonly string[]> {
  const running = spawn(process.execPath, [child.path, folder, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const promised: string[] = []
  const ended = new Promise<void>((resolve) => running.once('close', () => { resolve() }))
  for await (const line of createInterface({ input: running.stdout })) {
    if (line !== 'open') promised.push(line)
    if (promised.length === lines) setTimeout(() => { running.kill('SIGKILL') }, milliseconds)
  }
  await ended
  return promised
}

const kills = 20

test('killed at any moment, a library holds every document that was promised, each whole, and nothing of the others', () => inFolder(async (folder) => {
  const seed = 20261125
  const random = randomFrom(seed)
  const there = new Set<string>()
  for (let kill = 0; kill < kills; kill += 1) {
    const promised = await killAfter(folder, kill * 1000, kill % 4, random() * 80)
    for (const line of promised) {
      if (line.startsWith('-')) there.delete(line.slice(1))
      else there.add(line)
    }
    const { db, close } = connect(folder)
    try {
      expect(db.pragma('integrity_check', { simple: true }), `seed ${seed}, kill ${kill}`).toBe('ok')
      for (const table of ['unit_words', 'passage_words']) db.exec(`INSERT INTO ${table} (${table}) VALUES ('integrity-check')`)
      const listed = listDocuments(db)
      // Only the last document may be gone, where it was being removed, and one more be there, in the moment before its line was printed.
      const lastNumber = kill * 1000 + promised.filter((line) => !line.startsWith('-')).length - 1
      const removable = lastNumber % 3 === 2 ? promised.at(-1) : undefined
      expect([...there].filter((id) => id !== removable && !listed.some((document) => document.id === id)), `seed ${seed}, kill ${kill}: lost`).toEqual([])
      const more = listed.filter(({ id }) => !there.has(id))
      expect(more.length).toBeLessThanOrEqual(1)
      there.clear()
      for (const { id } of listed) there.add(id)
      const numbers = db.prepare('SELECT number, units, sentences, passages FROM document').all() as { number: number; units: number; sentences: number; passages: number }[]
      for (const { number, units, sentences, passages } of numbers) {
        for (const [table, count] of [['unit', units], ['sentence', sentences], ['passage', passages], ['unit_words', units], ['passage_words', passages]] as const) {
          const key = table.endsWith('_words') ? 'rowid' : 'id'
          expect(db.prepare(`SELECT count(*) FROM ${table} WHERE ${key} BETWEEN ? AND ?`).pluck().get(firstId(number), lastId(number)), table).toBe(count)
        }
      }
      const units = numbers.reduce((sum, document) => sum + document.units, 0)
      expect(db.prepare('SELECT count(*) FROM unit').pluck().get()).toBe(units)
      expect(db.prepare('SELECT count(*) FROM unit_words').pluck().get()).toBe(units)
      const newest = listed[0]
      if (newest !== undefined) expect(search(db, { text: `${newest.title.replace('book-', 'Document')} page29` }).map(({ page }) => page)).toEqual([30])
    } finally {
      close()
    }
  }
  expect(there.size).toBeGreaterThan(0)
}))
