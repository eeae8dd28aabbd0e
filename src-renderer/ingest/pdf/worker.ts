// Runs pdf.js's parser: the module listens on the worker's own port.
import 'pdfjs-dist/legacy/build/pdf.worker.mjs'
