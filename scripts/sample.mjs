// Makes resources/sample/sample.pdf from resources/sample/tidal-rivers.md: `npm run sample`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkout, electronProgram } from './setup/paths.mjs'
import { samplePage } from './sample/page.mjs'

const fonts = join(checkout, 'node_modules/@fontsource-variable/literata/files')
const folder = mkdtempSync(join(tmpdir(), 'longleaf-sample-'))
const page = join(folder, 'page.html')
writeFileSync(page, samplePage(readFileSync(join(checkout, 'resources/sample/tidal-rivers.md'), 'utf8'), {
  upright: join(fonts, 'literata-latin-wght-normal.woff2'),
  italic: join(fonts, 'literata-latin-wght-italic.woff2'),
}))
const electron = join(checkout, 'node_modules/electron/dist', electronProgram(process.platform))
const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
const command = [electron, ...asRoot, join(checkout, 'scripts/sample'), page, join(checkout, 'resources/sample/sample.pdf')]
const needsDisplay = process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']
const [program = '', ...options] = needsDisplay ? ['xvfb-run', '-a', ...command] : command
const { status } = spawnSync(program, options, { stdio: 'inherit' })
rmSync(folder, { recursive: true })
process.exit(status ?? 1)
