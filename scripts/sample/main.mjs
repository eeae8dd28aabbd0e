// Prints the sample book to PDF inside Electron: `electron scripts/sample PAGE.html OUT.pdf`.
import { writeFileSync } from 'node:fs'
import { app, BrowserWindow } from 'electron'

const [page = '', out = ''] = process.argv.slice(-2)
const footer = '<div style="width:100%;text-align:center;font:8pt serif;color:#444"><span class="pageNumber"></span></div>'
const header = '<div style="width:100%;text-align:center;font:8pt serif;color:#444"><span class="title"></span></div>'

async function print() {
  const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true } })
  await window.loadFile(page)
  await window.webContents.executeJavaScript('document.fonts.ready.then(() => undefined)')
  const pdf = await window.webContents.printToPDF({
    preferCSSPageSize: true,
    displayHeaderFooter: true,
    headerTemplate: header,
    footerTemplate: footer,
    generateTaggedPDF: true,
    generateDocumentOutline: true,
  })
  writeFileSync(out, pdf)
}

// Not awaited: Electron becomes ready only after its main module has run.
app.whenReady().then(print).then(() => app.exit(0), (error) => {
  console.error(error)
  app.exit(1)
})
