/** A fresh pdf.js worker: module worker of our own, so that neither blob URLs nor pdf.js's fallback on the window's thread come in. */
export const createPdfWorker = (): Worker => new Worker(new URL('./pdf/worker.ts', import.meta.url), { type: 'module', name: 'pdf' })
