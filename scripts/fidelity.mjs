import { runFigures } from './run/figures.mjs'
import { main, setUp } from './setup/all.mjs'

await main(async () => {
  const { context, env } = await setUp({ forTests: true })
  return runFigures({ context, env, folder: 'test/fidelity', ending: '.fidelity.ts', args: process.argv.slice(2) })
})
