declare module 'pdfjs-dist/legacy/build/pdf.worker.mjs' {
  /** The part of pdf.js that a worker runs, over the port that it is given. */
  export const WorkerMessageHandler: { readonly initializeFromPort: (port: MessagePort) => void }
}
