import { installFakeBridge, type FakeBook } from './fake-bridge'

const response = await fetch('/book.json')
installFakeBridge((await response.json()) as FakeBook)
await import('../../src-renderer/main')
