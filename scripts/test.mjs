import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildIfStale } from './run/build.mjs'
import { spawnBound, untilExit } from './run/children.mjs'
import { countLine, playwrightCounts, sumCounts, vitestCounts } from './run/counts.mjs'
import { withDisplay } from './run/display.mjs'
import { noNetworkPrefix } from './run/no-network.mjs'
import { asOrdinaryUser } from './run/ordinary-user.mjs'
import { main, setUp } from './setup/all.mjs'
import { readJson } from './setup/files.mjs'

/**
 * @typedef {import('./setup/step.mjs').Context} Context
 * @typedef {import('./run/counts.mjs').Counts} Counts
 */

// `npm test` runs everything; names of files or folders choose: those under test/e2e run in the real app, the others in Node.
await main(async () => {
  const { context, env } = await setUp({ forTests: true })
  await buildIfStale(context)
  const chosen = process.argv.slice(2)
  const isEndToEnd = (/** @type {string} */ name) => name.replace(/^\.\//, '').startsWith('test/e2e')
  const inNode = chosen.filter((name) => !isEndToEnd(name))
  const inApp = chosen.filter(isEndToEnd)
  /** @type {Counts[]} */
  const counts = []
  if (chosen.length === 0 || inNode.length > 0) counts.push(await runVitest(context, env, inNode))
  if (chosen.length === 0 || inApp.length > 0) counts.push(await runPlaywright(context, env, inApp))
  const total = sumCounts(counts)
  process.stdout.write(`${countLine(total)}\n`)
  return total.failed === 0 && total.passed > 0 ? 0 : 1
})

/**
 * @param {Context} context
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} names
 */
async function runVitest(context, env, names) {
  const folder = await mkdtemp(join(tmpdir(), 'longleaf-vitest-'))
  try {
    const report = join(folder, 'report.json')
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...names]
    const code = await untilExit(spawnBound(process.execPath, args, { cwd: context.checkout, env, stdio: ['ignore', 'inherit', 'inherit'] }))
    return vitestCounts(await readJson(report), code)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * The real app, as an ordinary user with the sandbox on, on a display of its own and without a network.
 * @param {Context} context
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} names
 */
async function runPlaywright(context, env, names) {
  const cut = await noNetworkPrefix(context)
  if (cut.length === 0) process.stderr.write('The end-to-end tests run with the network on: this computer does not allow to cut it off for one program.\n')
  return withDisplay(
    env,
    (withScreen) =>
      asOrdinaryUser(context, withScreen, async (stage) => {
        const report = join(stage.results, 'report.json')
        const command = [...cut, ...stage.prefix, process.execPath, 'node_modules/@playwright/test/cli.js', 'test', ...names]
        const stageEnv = {
          ...stage.env,
          PLAYWRIGHT_JSON_OUTPUT_FILE: report,
          LONGLEAF_TEST_RESULTS: stage.results,
          LONGLEAF_OFFLINE: '1',
          ...(cut.length === 0 ? {} : { LONGLEAF_TEST_NETWORK: 'none' }),
        }
        const [program = '', ...args] = command
        const code = await untilExit(spawnBound(program, args, { cwd: stage.checkout, env: stageEnv, stdio: ['ignore', 'inherit', 'inherit'] }))
        return playwrightCounts(await readJson(report), code)
      }),
    { always: true },
  )
}
