import type { PDFPageProxy } from 'pdfjs-dist/types/src/display/api'
import { OPS } from 'pdfjs-dist/legacy/build/pdf.mjs'

const images = new Set<number>([
  OPS.paintImageXObject, OPS.paintInlineImageXObject, OPS.paintImageMaskXObject, OPS.paintImageXObjectRepeat, OPS.paintInlineImageXObjectGroup,
  OPS.paintImageMaskXObjectGroup, OPS.paintImageMaskXObjectRepeat,
])

/** Share of the page, 0 to 1, that the largest image on it covers. */
export async function imageShare(page: PDFPageProxy): Promise<number> {
  const operators = await page.getOperatorList()
  const [left = 0, bottom = 0, right = 0, top = 0] = page.view
  const area = Math.abs((right - left) * (top - bottom)) || 1
  const stack: (readonly number[])[] = []
  let matrix: readonly number[] = [1, 0, 0, 1, 0, 0]
  let share = 0
  operators.fnArray.forEach((operator, index) => {
    if (operator === OPS.save) stack.push(matrix)
    else if (operator === OPS.restore) matrix = stack.pop() ?? matrix
    else if (operator === OPS.transform) matrix = times(matrix, Array.from(operators.argsArray[index] as ArrayLike<number>))
    else if (operator === OPS.paintFormXObjectBegin) {
      stack.push(matrix)
      const form = (operators.argsArray[index] as readonly unknown[])[0]
      if (form !== null && form !== undefined) matrix = times(matrix, Array.from(form as ArrayLike<number>))
    } else if (operator === OPS.paintFormXObjectEnd) matrix = stack.pop() ?? matrix
    else if (images.has(operator)) share = Math.max(share, Math.abs((matrix[0] ?? 0) * (matrix[3] ?? 0) - (matrix[1] ?? 0) * (matrix[2] ?? 0)) / area)
  })
  return Math.min(1, share)
}

function times(m: readonly number[], n: readonly number[]): readonly number[] {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = m
  const [g = 1, h = 0, i = 0, j = 1, k = 0, l = 0] = n
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f]
}
