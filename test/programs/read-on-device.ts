/** Run as a program, `read-on-device.ts MODEL TOKENS TOKENS`: reads a longer text after a shorter one on the first device, and prints what it holds then. */
import { listDevices, openEngine } from '../../src-engine/engine'

const [, , path = '', ...lengths] = process.argv
const engine = await openEngine({ path, threads: 2, device: listDevices()[0]?.name ?? '' })
const session = engine.open({ contextMax: 400 })
for (const length of lengths) await session.sync(Array.from({ length: Number(length) }, (_, i) => (i * 7) % 90))
process.stdout.write(JSON.stringify({ devices: engine.devices.length, tokens: session.tokens.length }))
session.close()
engine.close()
