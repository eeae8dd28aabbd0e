import { createConnection } from 'node:net'
import { expect, test } from '@playwright/test'
import { launchApp, type RunningApp } from '../support/app'

let app: RunningApp

test.beforeAll(async () => {
  app = await launchApp()
})

test.afterAll(async () => {
  await app.close()
})

test('the window shows the app', async () => {
  await expect(app.page).toHaveTitle(/Longleaf/)
  expect(app.page.url()).toMatch(/^app:\/\/longleaf\//)
})

test('there is no network while these tests run', async () => {
  test.skip(process.env['LONGLEAF_TEST_NETWORK'] !== 'none', 'this computer cannot cut it off')
  const error = await new Promise<NodeJS.ErrnoException>((resolve) => createConnection({ host: '192.0.2.1', port: 443 }).once('error', resolve))
  expect(['ENETUNREACH', 'EHOSTUNREACH']).toContain(error.code)
})
