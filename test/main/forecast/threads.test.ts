import { expect, it } from 'vitest'
import { openThreads } from '../../../src-main/forecast/threads'

it('are kept for each file on what computes it, until the computer changes, and beside all else that is kept', async () => {
  const values: Record<string, unknown> = { theme: 'dark' }
  let computer = 'a'
  const open = () => openThreads({
    library: {
      readSettings: () => Promise.resolve(JSON.parse(JSON.stringify(values)) as Record<string, unknown>),
      writeSettings: (change) => Promise.resolve(void Object.assign(values, change)),
    },
    computer: () => computer,
  })
  expect(await open().known('/a.gguf', 'cpu')).toBeNull()
  await open().keep('/a.gguf', 'cpu', 4)
  await open().keep('/a.gguf', 'auto', 2)
  await open().keep('/b.gguf', 'cpu', 8)
  const known = () => Promise.all([open().known('/a.gguf', 'cpu'), open().known('/a.gguf', 'auto'), open().known('/b.gguf', 'cpu'), open().known('/b.gguf', 'auto')])
  expect(await known()).toEqual([4, 2, 8, null])
  computer = 'b'
  expect(await known()).toEqual([null, null, null, null])
  await open().keep('/a.gguf', 'cpu', 6)
  expect((await known())[0]).toBe(6)
  expect(values['theme']).toBe('dark')
})
