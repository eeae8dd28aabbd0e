import type { Browser } from '@playwright/test'
import type { FakeBook } from './fake-bridge'

const chapter = [
  ['p', 'A river does not meet the sea along a line. Twice a day the sea walks up the valley, and twice a day it is sent back; between the two lies a stretch of water that belongs to neither. Boatmen have a name for it in every language, and no two of them draw it in the same place.'],
  ['salt', 'In the dry summer of 1976 the upper limit of salt was found nineteen kilometres above the town bridge, seven beyond its usual place.'],
  ['p', 'The gauge at the mill, which had stood idle for a generation, was put back into use within the week.'],
  ['break', ''],
  ['p', 'What moved the limit was not the sea but the want of rain.'],
  ['rain', 'When the river falls below four cubic metres a second, each spring tide gains ground that the next neap does not give back.'],
  ['p', 'The reeds show it first: their tips turn grey from the seaward side, and the sedge warblers leave a fortnight before the water is undrinkable.'],
  ['break', ''],
  ['p', 'The old charters knew this. A mill could be fined for holding water back in August, and the fine was reckoned not in coin but in days of open sluice.'],
  ['break', ''],
  ['p', 'Measuring it is simple and tedious. One rows upstream on the last of the flood with a jar on a line, and writes down where the taste changes.'],
] as const

const pages = 12
const saltPage = 3
const pointsPerPixel = 0.75

const page = (index: number): string => {
  const body = chapter.map(([id, text]) => (id === 'break' ? '</p><p>' : `<span data-id="${index === saltPage ? id : `${id}-${index}`}">${text}</span> `)).join('')
  return `<article><header><span>4 · Mud, salt and time</span><span>${71 + index}</span></header><h3>4.${index + 1} ${index === saltPage ? 'Where the salt stops' : 'The turn of the tide'}</h3><p>${body}</p></article>`
}

const html = `<!doctype html><meta charset="utf-8"><style>
@page { size: 794px 1123px; margin: 0; } * { box-sizing: border-box; } body { margin: 0; }
article { height: 1123px; width: 794px; padding: 90px 110px; font: 20px/1.62 Georgia, 'Noto Serif', serif; text-align: justify; break-after: page; overflow: hidden; }
header { display: flex; justify-content: space-between; color: #6b655b; font-size: 15px; margin-bottom: 36px; } h3 { font-size: 26px; margin: 0 0 14px; } p { margin: 0 0 16px; }
</style>${Array.from({ length: pages }, (_, index) => page(index)).join('')}`

/** Prints a small book and says where each of its sentences lies. */
export async function makeFakeBook(browser: Browser): Promise<{ readonly pdf: Buffer; readonly cover: Buffer; readonly book: FakeBook }> {
  const tab = await browser.newPage({ viewport: { width: 794, height: 1123 } })
  await tab.setContent(html)
  const cover = await tab.screenshot({ clip: { x: 0, y: 0, width: 794, height: 1123 } })
  const spans = await tab.$$eval('span[data-id]', (elements) => elements.map((element) => ({
    id: (element as HTMLElement).dataset['id'] ?? '', text: element.textContent ?? '', rects: Array.from(element.getClientRects(), ({ x, y, width, height }) => ({ x, y, width, height })),
  })))
  const pdf = await tab.pdf({ width: '794px', height: '1123px', printBackground: true })
  await tab.close()
  let offset = 0
  const sentences = spans.map(({ id, text, rects }) => {
    const unit = Math.floor((rects[0]?.y ?? 0) / 1123)
    const inPoints = (pixels: number): number => pixels * pointsPerPixel
    const boxes = rects.map(({ x, y, width, height }) => ({ x: inPoints(x), y: inPoints(y - unit * 1123), width: inPoints(width), height: inPoints(height) }))
    const sentence = { id, text, unit, offset, boxes }
    offset += text.length + 1
    return sentence
  })
  const outline = [{ title: '4 Mud, salt and time', level: 1, unit: 0 }, ...Array.from({ length: pages }, (_, unit) => ({ title: `4.${unit + 1} ${unit === saltPage ? 'Where the salt stops' : 'The turn of the tide'}`, level: 2, unit }))]
  return { pdf, cover, book: { units: pages, labels: Array.from({ length: pages }, (_, unit) => String(71 + unit)), sentences, outline } }
}
