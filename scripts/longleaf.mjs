import { buildIfStale } from './run/build.mjs'
import { withDisplay } from './run/display.mjs'
import { runElectron } from './run/electron.mjs'
import { main, setUp } from './setup/all.mjs'

// The words travel in the environment: on Electron's command line Chromium would take those that look like its switches.
await main(async () => {
  const { context, electron, env } = await setUp()
  await buildIfStale(context)
  const cwd = env['npm_lifecycle_event'] === 'longleaf' ? env['INIT_CWD'] : undefined
  const LONGLEAF_CLI = JSON.stringify(process.argv.slice(2))
  return withDisplay({ ...env, LONGLEAF_CLI }, (withScreen) => runElectron({ electron, context, env: withScreen, ...(cwd === undefined ? {} : { cwd }) }))
})
