import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildIfStale } from './run/build.mjs'
import { withDisplay } from './run/display.mjs'
import { runElectron } from './run/electron.mjs'
import { main, setUp } from './setup/all.mjs'
import { hasDisplay } from './setup/system.mjs'

await main(async () => {
  const { context, electron, env } = await setUp()
  await buildIfStale(context)
  const app = { electron, context, env }
  if (context.platform !== 'linux' || hasDisplay(env)) return runElectron({ ...app, args: process.argv.slice(2) })
  return withDisplay(env, (withScreen) => showInTerminal({ ...app, env: withScreen }))
})

/**
 * The main job where no window can open: the sample document, one question, the cited answer.
 * @param {Parameters<typeof runElectron>[0]} app
 */
async function showInTerminal(app) {
  const sample = join(app.context.checkout, 'resources', 'sample', 'sample.pdf')
  const { question } = JSON.parse(await readFile(join(app.context.checkout, 'resources', 'sample', 'question.json'), 'utf8'))
  process.stdout.write(`There is no display here, so this is the main job in the terminal.\n\nDocument: ${sample}\nQuestion: ${question}\n\n`)
  const code = await runElectron({ ...app, env: { ...app.env, LONGLEAF_CLI: JSON.stringify(['ask', sample, question]) } })
  process.stdout.write('\nFor the window, run npm start on a desktop, or with DISPLAY set (ssh -X).\nFor your own documents: npm run longleaf -- ask FILE "QUESTION"\n')
  return code
}
