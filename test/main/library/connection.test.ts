import { copyFileSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync, closeSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { FailureError } from '../../../src-main/contract/failure'
import { nativeBinding } from '../../../src-main/library/binding'
import { connect, libraryFile } from '../../../src-main/library/connection'
import { applicationId, currentVersion, migrate, migrations } from '../../../src-main/library/migrations'
import { buildDocument, store } from '../../support/documents'
import { inFolder, openHere } from '../../support/library'

function openRaw(file: string): Sqlite.Database {
  const binding = nativeBinding()
  return new Sqlite(file, binding === undefined ? {} : { nativeBinding: binding })
}

const refusal = (folder: string): FailureError['failure'] => {
  try {
    connect(folder).close()
  } catch (error) {
    return (error as FailureError).failure
  }
  throw new Error('the library was opened')
}

async function fill(folder: string): Promise<string> {
  const library = await openHere(folder)
  await store(library, buildDocument(Array.from({ length: 40 }, (_, page) => `Page ${page} tells of herons and weirs. `.repeat(40))))
  await library.close()
  return join(folder, libraryFile)
}

test('every connection waits for the disk, keeps foreign keys and writes ahead', () => inFolder(async (folder) => {
  const { db, close } = connect(folder)
  const pragma = (name: string): unknown => db.pragma(name, { simple: true })
  expect(pragma('journal_mode')).toBe('wal')
  expect(pragma('synchronous')).toBe(2)
  expect(pragma('foreign_keys')).toBe(1)
  expect(pragma('secure_delete')).toBe(1)
  expect(pragma('auto_vacuum')).toBe(2)
  expect(pragma('application_id')).toBe(applicationId)
  expect(pragma('user_version')).toBe(currentVersion)
  expect(Number(pragma('busy_timeout'))).toBeGreaterThan(0)
  close()
  await Promise.resolve()
}))

test('a library open elsewhere is refused as busy, and can be opened once it is closed', () => inFolder(async (folder) => {
  const first = connect(folder)
  expect(refusal(folder)).toMatchObject({ kind: 'library-busy', message: expect.stringContaining('already open') as string })
  first.close()
  connect(folder).close()
  await Promise.resolve()
}))

test('a folder that cannot be made is named in the failure', () => inFolder(async (folder) => {
  writeFileSync(join(folder, 'file'), '')
  expect(refusal(join(folder, 'file', 'data'))).toMatchObject({ kind: 'file-unreadable', message: expect.stringContaining('data') as string })
  await Promise.resolve()
}))

test('a library that is a folder is named in the failure', () => inFolder(async (folder) => {
  mkdirSync(join(folder, libraryFile))
  expect(refusal(folder)).toMatchObject({ kind: 'file-unreadable', message: expect.stringContaining(folder) as string })
  await Promise.resolve()
}))

test('an empty file is where a library begins', () => inFolder(async (folder) => {
  writeFileSync(join(folder, libraryFile), '')
  const { db, close } = connect(folder)
  expect(db.prepare('SELECT count(*) AS count FROM document').get()).toEqual({ count: 0 })
  close()
  await Promise.resolve()
}))

describe('migrations', () => {
  test('count up by one from 1', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1))
  })

  test('bring an empty database to the schema of today, and do nothing the second time', () => {
    const db = openRaw(':memory:')
    migrate(db)
    const schema = db.prepare('SELECT sql FROM sqlite_schema ORDER BY name').all()
    expect(db.prepare('SELECT name FROM sqlite_schema WHERE type = \'table\' AND name NOT LIKE \'%\\_words\\_%\' ESCAPE \'\\\' ORDER BY name').pluck().all()).toEqual([
      'answer', 'block', 'chore', 'conversation', 'cover', 'document', 'outline', 'passage', 'passage_words', 'queue', 'reading_plan', 'sentence', 'setting',
      'sqlite_sequence', 'unit', 'unit_words',
    ])
    migrate(db)
    expect(db.prepare('SELECT sql FROM sqlite_schema ORDER BY name').all()).toEqual(schema)
  })

  test('that fail half way leave the version and the schema from before', () => {
    const db = openRaw(':memory:')
    migrate(db)
    const broken = { version: currentVersion + 1, name: 'broken', up: (open: Sqlite.Database) => { open.exec('CREATE TABLE half (x); CREATE TABLE half (x)') } }
    expect(() => { migrate(db, [...migrations, broken]) }).toThrow(/half/)
    expect(db.pragma('user_version', { simple: true })).toBe(currentVersion)
    expect(db.prepare('SELECT 1 FROM sqlite_schema WHERE name = \'half\'').get()).toBeUndefined()
  })
})

describe('a library that cannot be used', () => {
  test('of a newer Longleaf stays as it is, byte for byte', () => inFolder(async (folder) => {
    const file = await fill(folder)
    const db = openRaw(file)
    db.pragma(`user_version = ${currentVersion + 1}`)
    db.pragma('wal_checkpoint(TRUNCATE)')
    db.close()
    const before = readFileSync(file)
    expect(refusal(folder)).toMatchObject({ kind: 'library-newer', message: expect.stringContaining('Update Longleaf') as string })
    expect(readFileSync(file).equals(before)).toBe(true)
    expect(readdirSync(folder).filter((name) => name.endsWith('.db'))).toEqual([libraryFile])
  }))

  const wounds: readonly (readonly [string, (file: string) => void])[] = [
    ['is no database', (file) => { writeFileSync(file, 'Dear diary, today I was a database.'.repeat(100)) }],
    ['was cut in half', (file) => { truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096) }],
    ['was cut to its first bytes', (file) => { truncateSync(file, 60) }],
    ['has pages of rubbish', (file) => { scribble(file, 0.3) }],
    ['has a rubbish schema', (file) => { overwrite(file, 100, Buffer.alloc(900, 0xa5)) }],
    ['belongs to another program', (file) => {
      writeFileSync(file, '')
      const db = openRaw(file)
      db.exec('CREATE TABLE bookmarks (url); PRAGMA user_version = 7')
      db.close()
    }],
  ]
  test.each(wounds)('because it %s is copied aside once, explained, and left alone', (_name, wound) => inFolder(async (folder) => {
    const file = await fill(folder)
    wound(file)
    const before = readFileSync(file)
    for (let start = 0; start < 2; start += 1) {
      const { kind, message } = refusal(folder)
      expect(kind).toBe('library-damaged')
      expect(message).toMatch(/A copy was kept as .*library-damaged-\d{4}-\d\d-\d\dT.*\.db/)
      expect(message).toContain('move library.db')
    }
    expect(readFileSync(file).equals(before)).toBe(true)
    const copies = readdirSync(folder).filter((name) => name.startsWith('library-damaged'))
    expect(copies).toHaveLength(1)
    expect(readFileSync(join(folder, copies[0] ?? '')).equals(before)).toBe(true)
  }))

  test('gives way to an empty one only after the person moved the file', () => inFolder(async (folder) => {
    const file = await fill(folder)
    truncateSync(file, 5000)
    expect(refusal(folder).kind).toBe('library-damaged')
    mkdirSync(join(folder, 'old'))
    copyFileSync(file, join(folder, 'old', libraryFile))
    truncateSync(file, 0)
    const library = await openHere(folder)
    expect(await library.list()).toEqual([])
    await library.close()
  }))
})

function overwrite(file: string, at: number, bytes: Buffer): void {
  const handle = openSync(file, 'r+')
  writeSync(handle, bytes, 0, bytes.length, at)
  closeSync(handle)
}

/** Fills a share of the pages after the first with 0xa5. */
function scribble(file: string, share: number): void {
  const pages = Math.floor(statSync(file).size / 4096)
  for (let page = 1; page < pages; page += Math.round(1 / share)) overwrite(file, page * 4096, Buffer.alloc(4096, 0xa5))
}
