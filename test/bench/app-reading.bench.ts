import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import type { Answer } from '../../src-main/contract/answer'
import type { DocumentReading } from '../../src-main/contract/reading'
import { launchApp, type RunningApp } from '../support/app'
import { bookPath } from '../support/books'
import { answerOpenDialog } from '../support/dialogs'
import { dropFiles } from '../support/drop'
import { printFigure } from '../support/figure'
import { hasGlmVocabulary } from '../support/glm-reference'
import { writeGlmShape } from '../support/glm-shape'
import { killTree } from '../support/process-tree'
import { hasTestModel, testModelPath } from '../support/test-model'

/**
 * A large book in the real window, as a person would have it: chapters of it, as many as fit the model's window, are read; all processes are killed twice on
 * the way, as by a power cut; then it is asked about in two conversations and after a restart. With LONGLEAF_BENCH_FOLDER it goes on where the last run
 * of it was; after LONGLEAF_BENCH_MINUTES it is killed once more, and asked about what it has read by then. LONGLEAF_BENCH_MODELS=9B has it read by a model
 * of GLM-4-9B's shape: one of random weights, so that its answers say nothing.
 */
const isLarge = process.env['LONGLEAF_BENCH_MODELS'] === '9B'
if (!isLarge && !hasTestModel) throw new Error('Qwen2.5-Coder-0.5B could not be fetched.')
const kept = process.env['LONGLEAF_BENCH_FOLDER']
const beginMs = Date.now()
const endMs = beginMs + 60_000 * Number(process.env['LONGLEAF_BENCH_MINUTES'] ?? 60)
/** Shares of what is to be read, or of the time for it, at which it is killed. */
const kills = [0.3, 0.65]
const questions = ['What does the function abbreviate do?', 'Which arguments has the function agrep?']
const pollMs = 250
/** A large model is loaded, measured and hashed. */
const slowMs = 600_000
/** Where pictures of the window go, if anywhere. */
const pictures = process.env['LONGLEAF_BENCH_PICTURES']

const folder = kept ?? (await mkdtemp(join(tmpdir(), 'longleaf-app-reading-')))
await mkdir(folder, { recursive: true })
const countPath = join(folder, 'killed')
const model = isLarge ? largeModel() : testModelPath

function largeModel(): string {
  const path = join(folder, 'glm-9b-shape.gguf')
  if (!existsSync(path)) writeGlmShape(path, { mix: 'Q4_0', layers: 40, ownTokens: hasGlmVocabulary })
  return path
}

const killsBefore = async (): Promise<number> => Number(await readFile(countPath, 'utf8').catch(() => 0))

/** How the book stands. */
const stateOf = (page: Page): Promise<DocumentReading | null> => page.evaluate(async () => {
  const listed = await window.longleaf?.call('reading/states')
  return listed?.ok === true ? listed.value[0] ?? null : null
})

/** The window with the book in it, and the model chosen. */
async function open(): Promise<RunningApp> {
  const app = await launchApp({ dataFolder: folder })
  const { page } = app
  const book = page.getByRole('row')
  if (await Promise.race([book.first().waitFor().then(() => true), page.getByRole('heading', { name: 'Drop a book here' }).waitFor().then(() => false)])) return app
  await dropFiles(page, [await bookPath('r')])
  await expect(book).toContainText(/Ready/u, { timeout: 300_000 })
  await answerOpenDialog(app.electron, [model])
  await page.keyboard.press('Control+,')
  await page.getByRole('button', { name: 'Add a model file…' }).click()
  await page.getByRole('button', { name: 'Use it where it is' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: basename(model, '.gguf') })).toContainText('In use', { timeout: slowMs })
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /read the whole/u }).click()
  await page.getByRole('button', { name: 'Read these chapters' }).click({ timeout: slowMs })
  return app
}

async function picture({ page }: RunningApp, when: string): Promise<void> {
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, `app-reading ${when}.png`) })
}

interface Stretch {
  readonly end: 'read' | 'killed' | 'out of time'
  readonly seconds: number
  /** Tokens that were complete on the disk when it began. */
  readonly from: number
  readonly to: number
  readonly total: number
}

/** Reads until it is read, or until this share of it is, and then ends all processes at once. */
async function readUntil(share: number): Promise<Stretch> {
  const app = await open()
  let begun: { readonly ms: number; readonly from: number } | null = null
  for (;;) {
    const state = await stateOf(app.page)
    if (state?.state.kind === 'failed') throw new Error(state.state.failure.message)
    const progress = state?.state.kind === 'reading' ? state.state.progress : null
    if (state !== null && progress !== null) begun ??= { ms: Date.now(), from: state.kept.tokens }
    const [to, total] = [progress?.tokens ?? state?.kept.tokens ?? 0, progress?.tokensTotal ?? state?.kept.tokensTotal ?? 0]
    const stretch = { seconds: (Date.now() - (begun?.ms ?? Date.now())) / 1_000, from: begun?.from ?? to, to, total }
    if (state?.state.kind === 'read') {
      await picture(app, 'read')
      await app.close()
      return { ...stretch, end: 'read' }
    }
    const isLate = Date.now() > endMs
    if (isLate || (begun !== null && Math.max(total === 0 ? 0 : to / total, (Date.now() - beginMs) / (endMs - beginMs)) >= share)) {
      await picture(app, `at ${Math.floor((100 * to) / Math.max(1, total))} %`)
      const { pid } = app.electron.process()
      if (pid !== undefined) killTree(pid)
      await app.close()
      return { ...stretch, end: isLate ? 'out of time' : 'killed' }
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

interface Asked extends Pick<Answer, 'tokens' | 'mode'> {
  readonly unitsInView: number
  readonly firstTokenMs: number
}

async function ask({ page }: RunningApp, question: string): Promise<Asked> {
  await page.getByRole('button', { name: 'New conversation' }).click()
  await page.getByRole('textbox', { name: 'Question' }).fill(question)
  await page.keyboard.press('Enter')
  const answer = page.getByRole('article', { name: question })
  // Its first words are enough, where it is not whole before one looks.
  const whole = answer.getByRole('button', { name: 'Ask again' })
  await expect(answer.getByText('Writing…').or(whole)).toBeVisible({ timeout: slowMs })
  await page.keyboard.press('Escape')
  await expect(whole).toBeVisible({ timeout: slowMs })
  const found = await page.evaluate(async () => {
    const listed = await window.longleaf?.call('conversation/list')
    const newest = listed?.ok === true ? listed.value[0] : undefined
    const opened = newest === undefined ? undefined : await window.longleaf?.call('conversation/open', newest.id)
    return opened?.ok === true ? opened.value.history.at(-1) ?? null : null
  })
  if (found === null) throw new Error('The answer is not in the library.')
  const { tokens, mode, coverage, milliseconds } = found
  return { tokens, mode, unitsInView: coverage?.documents[0]?.unitsInView.length ?? 0, firstTokenMs: milliseconds.firstToken }
}

/** Until it is read to its end, or this run has no time left. */
async function read(): Promise<void> {
  for (;;) {
    const done = await killsBefore()
    const { end, seconds, from, to, total } = await readUntil(kills[done] ?? Infinity)
    printFigure(`${end} after`, 's', [seconds])
    printFigure(`${end}: tokens read before`, 'tokens', [from])
    printFigure(`${end}: tokens read now, of ${total}`, 'tokens', [to - from])
    if (end === 'killed') await writeFile(countPath, String(done + 1))
    else return
  }
}

/** As long as it is being read, questions are answered from passages where nobody says otherwise. */
async function askOfWhatIsRead({ page }: RunningApp): Promise<void> {
  const pick = page.getByRole('button', { name: /^In view:/u })
  await expect(pick).toBeEnabled({ timeout: slowMs })
  if (await pick.getByText('Pages read').count() > 0) return
  await pick.click()
  await page.getByRole('menuitem', { name: 'Pages read' }).click()
}

async function askAll(when: string): Promise<void> {
  const app = await open()
  try {
    // What is asked about is what is open.
    await app.page.getByRole('document', { name: /^Text of/u }).waitFor({ timeout: slowMs })
    await askOfWhatIsRead(app)
    for (const question of questions) {
      const { tokens, mode, unitsInView, firstTokenMs } = await ask(app, question)
      printFigure(`${when}, ${mode}: pages in view`, 'pages', [unitsInView])
      printFigure(`${when}, ${mode}: tokens reused`, 'tokens', [tokens.reused])
      printFigure(`${when}, ${mode}: tokens prefilled`, 'tokens', [tokens.prefilled])
      printFigure(`${when}, ${mode}: first token`, 'ms', [firstTokenMs])
    }
    await picture(app, when)
  } finally {
    await app.close()
  }
}

try {
  await read()
  for (const when of ['two conversations', 'after a restart']) await askAll(when)
} finally {
  if (kept === undefined) await rm(folder, { recursive: true, force: true })
}
