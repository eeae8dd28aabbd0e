import { buildIfStale } from './run/build.mjs'
import { withDisplay } from './run/display.mjs'
import { runFigures } from './run/figures.mjs'
import { main, setUp } from './setup/all.mjs'

await main(async () => {
  const { context, env } = await setUp({ forTests: true })
  await buildIfStale(context)
  const job = { context, folder: 'test/bench', ending: '.bench.ts', args: process.argv.slice(2) }
  return withDisplay(env, (withScreen) => runFigures({ ...job, env: withScreen }))
})
