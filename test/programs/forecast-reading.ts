/**
 * Run as a program: forecasts the reading of a text by a model, then reads it; prints what was forecast and what came of it, as JSON. A process
 * of its own, as the engine is one: its memory is what is measured.
 */
import { readFileSync } from 'node:fs'
import { openEngine } from '../../src-engine/engine'
import { openModelFile } from '../../src-engine/gguf/model-file'
import { measureSpeed } from '../../src-engine/speed'
import { createTokenizer } from '../../src-engine/tokenizer/tokenizer'
import { forecastReading } from '../../src-main/forecast/forecast'

const [, , path = '', text = '', count = '0'] = process.argv
const opened = openModelFile(path)
const tokens = Array.from(createTokenizer(opened.file).encode(readFileSync(text, 'utf8')).subarray(0, Number(count)))
const engine = await openEngine({ path, opened })
opened.close()
const residentBytes = (): number => process.memoryUsage.rss()
const speed = await measureSpeed(engine, residentBytes)
const contextMax = engine.shape.contextMax
const forecast = forecastReading({ model: path, tokens: tokens.length, contextMax, layers: engine.shape.layers, speed, computerBytes: Infinity, half: false })

const session = engine.open({ contextMax: Math.min(contextMax, tokens.length) })
let peakBytes = 0
const begun = performance.now()
await session.sync(tokens, { onProgress: () => { peakBytes = Math.max(peakBytes, residentBytes()) } })
const seconds = (performance.now() - begun) / 1_000
const foreseen = { seconds: forecast.seconds, bytes: forecast.memoryBytes }
process.stdout.write(JSON.stringify({ tokens: tokens.length, forecast: foreseen, outcome: { seconds, bytes: peakBytes } }))
engine.close()
