import { expect, it } from 'vitest'
import { chooseRoom } from '../../../src-engine/reading/room'

const old = { bytes: 10, lastUse: 1, isInUse: false }
const used = { bytes: 20, lastUse: 2, isInUse: true }
const middle = { bytes: 30, lastUse: 3, isInUse: false }
const recent = { bytes: 40, lastUse: 4, isInUse: false }
const all = [recent, old, middle, used]

it.each([
  ['all fits', 10, 1000, { kind: 'fits', remove: [] }],
  ['the quota asks for the oldest', 30, 1000, { kind: 'fits', remove: [old] }],
  ['and for one more, past the one in use', 31, 1000, { kind: 'fits', remove: [old, middle] }],
  ['the disk asks for it', 10, 19, { kind: 'fits', remove: [old] }],
  ['it fits just so', 20, 30, { kind: 'fits', remove: [] }],
  ['all that may go is just enough', 100, 1000, { kind: 'fits', remove: [old, middle, recent] }],
  ['it is not enough, so nothing goes', 101, 1000, { kind: 'short', missingBytes: 1 }],
  ['the disk is too full whatever goes', 100, 20, { kind: 'short', missingBytes: 10 }],
] as const)('%s', (_, wantedBytes, freeBytes, room) => {
  expect(chooseRoom(all, wantedBytes, freeBytes, { quotaBytes: 120, keepFreeBytes: 10 })).toEqual(room)
})
