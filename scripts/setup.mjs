import { main, setUp } from './setup/all.mjs'

await main(async () => {
  await setUp({ forTests: process.argv.includes('--tests') })
  process.stderr.write('[set-up] everything is ready\n')
})
