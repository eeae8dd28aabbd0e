/** Run as a program: writes a file of so many bytes, and prints what memory is free before and after. Arguments: file, bytes. */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { computerMemory } from '../../src-engine/scheduler/computer-memory'

const [path = '', bytes = '0'] = process.argv.slice(2)
const piece = Buffer.alloc(2 ** 20, 1)
const before = computerMemory()
const file = openSync(path, 'w')
for (let written = 0; written < Number(bytes); written += piece.length) writeSync(file, piece)
fsyncSync(file)
const after = computerMemory()
closeSync(file)
process.stdout.write(JSON.stringify({ before, after }))
