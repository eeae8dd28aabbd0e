import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { withActualText } from '../../scripts/pdf-actual-text.mjs'

const source = readFileSync('node_modules/pdfjs-dist/legacy/build/pdf.worker.mjs', 'utf8')

test('the pdf.js worker takes the addition once', () => {
  expect(withActualText(source).split('actualText:')).toHaveLength(2)
})

test('a worker of another make, or one that has it already, is refused', () => {
  expect(() => withActualText(source.replace('_mc${mcid}', '_mc_${mcid}'))).toThrow('pdf.js has changed')
  expect(() => withActualText(withActualText(source))).toThrow('pdf.js has changed')
})
