import { expect, it } from 'vitest'
import { createLogFilter } from '../../scripts/run/chromium-log.mjs'

const log = '[123:1125/125339.497154:ERROR:bus.cc(407)] Failed to connect to the bus'

function filtered(...chunks: readonly string[]) {
  const passed: string[] = []
  const held: string[] = []
  const filter = createLogFilter({ pass: (text) => passed.push(text), hold: (line) => held.push(line) })
  for (const chunk of chunks) filter.write(chunk)
  filter.end()
  return { passed: passed.join(''), held }
}

it('Chromium’s lines are held, the app’s pass as they are', () => {
  expect(filtered(`${log}\n`, 'one\n', `two\n${log}\n${log}\nthree`)).toEqual({ passed: 'one\ntwo\nthree', held: [log, log, log] })
})

it('a bar that is drawn over itself passes at once, also with a log line behind it', () => {
  const passed: string[] = []
  const filter = createLogFilter({ pass: (text) => passed.push(text), hold: () => undefined })
  filter.write('\r\u001b[K██░░  50 %  a.pdf')
  expect(passed).toEqual(['\r\u001b[K██░░  50 %  a.pdf'])
  filter.write(`${log}\n`)
  filter.write('\r\u001b[K████ 100 %  a.pdf\n')
  expect(passed.join('')).toBe('\r\u001b[K██░░  50 %  a.pdf\r\u001b[K████ 100 %  a.pdf\n')
})

it('a log line that comes in pieces is one line', () => {
  expect(filtered(log.slice(0, 60), `${log.slice(60)}\n`, log)).toEqual({ passed: '', held: [log, log] })
})

it('what only looks like a log line passes', () => {
  expect(filtered('[1] Tides, page 3\n', '[note]\n')).toEqual({ passed: '[1] Tides, page 3\n[note]\n', held: [] })
})
