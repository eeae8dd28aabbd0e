import fc from 'fast-check'

// What fails fails in each run; the long runs are there to find what does.
if (process.env['LONGLEAF_TEST_LONG'] !== '1') fc.configureGlobal({ seed: 1 })

/** fast-check, which tries the same in each run that is not a long one. */
export { fc }
