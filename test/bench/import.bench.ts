import type { Page } from '@playwright/test'
import { launchApp } from '../support/app'
import { bookPath, type BookName } from '../support/books'
import { dropFiles } from '../support/drop'
import { printFigure, timed } from '../support/figure'
import { treeMemoryBytes } from '../support/process-tree'

const books: readonly { readonly name: BookName; readonly title: RegExp; readonly pages: number; readonly runs: number }[] = [
  { name: 'bash', title: /bash/iu, pages: 197, runs: 5 },
  { name: 'r', title: /R: A Language|refman/iu, pages: 2_415, runs: 3 },
]
const cancelRuns = 5
const megabyte = 2 ** 20
/** A person takes longer from seeing the window to letting a file go; what the app does just after its start is `start.bench.ts`'s. */
const handMilliseconds = 4_000

interface Import {
  readonly pagesPerSecond: number
  readonly peakMegabytes: number
  readonly framesPerSecond: number
  /** The longest time between two frames, milliseconds. */
  readonly longestGap: number
}

interface Frames {
  readonly frames: number
  readonly seconds: number
  readonly longest: number
}

/**
 * When the file is let go, and when its row says that it is ready, by the window's own clock in milliseconds: what watches from outside looks twice a second
 * only. Text for the same reason as below.
 */
const watchDrop = (page: Page, title: RegExp): Promise<{ readonly dropped: number; readonly ready: number }> => page.evaluate(`new Promise((resolve) => {
  let dropped = 0
  addEventListener('drop', () => { dropped = performance.now() }, { capture: true, once: true })
  const isReady = (row) => ${title}.test(row.textContent) && [...row.querySelectorAll('*')].some((part) => part.childElementCount === 0 && /^(Ready|\\d+ of)/u.test(part.textContent))
  const observer = new MutationObserver(() => {
    if (dropped === 0 || ![...document.querySelectorAll('[role=row], tr')].some(isReady)) return
    observer.disconnect()
    resolve({ dropped, ready: performance.now() })
  })
  observer.observe(document.body, { subtree: true, childList: true, characterData: true })
})`)

/** Counts the window's own frames until `imported` is set there. Text, because what runs this file adds helpers that a page lacks. */
const watchFrames = (page: Page): Promise<Frames> => page.evaluate(`new Promise((resolve) => {
  let frames = 0, longest = 0
  const begun = performance.now()
  let last = begun
  requestAnimationFrame(function tick(now) {
    frames += 1
    longest = Math.max(longest, now - last)
    last = now
    if (globalThis.imported) resolve({ frames, seconds: (now - begun) / 1000, longest })
    else requestAnimationFrame(tick)
  })
})`)

async function importOnce({ name, title, pages }: (typeof books)[number]): Promise<Import> {
  const path = await bookPath(name)
  const app = await launchApp()
  await app.page.getByRole('heading', { name: 'Drop a book here' }).waitFor()
  await app.page.waitForTimeout(handMilliseconds)
  const root = app.electron.process().pid ?? 0
  let peak = 0
  const sampler = setInterval(() => { peak = Math.max(peak, treeMemoryBytes(root)) }, 250)
  const frames = watchFrames(app.page)
  const watched = watchDrop(app.page, title)
  await dropFiles(app.page, [path])
  const { dropped, ready } = await watched
  const seconds = (ready - dropped) / 1_000
  await app.page.evaluate('globalThis.imported = true')
  const { frames: count, seconds: shown, longest } = await frames
  clearInterval(sampler)
  await app.close()
  return { pagesPerSecond: pages / seconds, peakMegabytes: peak / megabyte, framesPerSecond: count / shown, longestGap: longest }
}

/** Milliseconds from a press of the import's own button, some pages into the book, until nothing is imported any more. */
async function cancelOnce({ name }: (typeof books)[number]): Promise<number> {
  const app = await launchApp()
  await app.page.getByRole('heading', { name: 'Drop a book here' }).waitFor()
  await dropFiles(app.page, [await bookPath(name)])
  await app.page.getByText(/^Importing \d+ %/u).waitFor()
  await app.page.getByRole('row').hover()
  const cancel = app.page.getByRole('row').getByRole('button', { name: 'Cancel the import' })
  const milliseconds = await timed(async () => {
    await cancel.click()
    await app.page.getByText(/^Importing/u).first().waitFor({ state: 'hidden' })
  })
  await app.close()
  return milliseconds
}

for (const book of books) {
  const results: Import[] = []
  for (let run = 0; run < book.runs; run += 1) results.push(await importOnce(book))
  printFigure(`import ${book.name}, drop to ready`, 'pages/s', results.map(({ pagesPerSecond }) => pagesPerSecond))
  printFigure(`import ${book.name}, all processes at their peak`, 'MB', results.map(({ peakMegabytes }) => peakMegabytes))
  printFigure(`import ${book.name}, window`, 'frames/s', results.map(({ framesPerSecond }) => framesPerSecond))
  printFigure(`import ${book.name}, longest time between frames`, 'ms', results.map(({ longestGap }) => longestGap))
  const cancels: number[] = []
  for (let run = 0; run < cancelRuns; run += 1) cancels.push(await cancelOnce(book))
  printFigure(`import ${book.name}, cancelled after the press`, 'ms', cancels)
}
