import { WorkerMessageHandler } from 'pdfjs-dist/legacy/build/pdf.worker.mjs'

/** Stands in for a pdf.js worker on this thread. A request that `hangs` picks is never answered, nor any after it, as in a worker that is stuck. */
export class ThreadWorker {
  static readonly made: ThreadWorker[] = []
  isTerminated = false
  #isStuck = false
  readonly #channel = new MessageChannel()
  readonly #hangs: (action: string, data: unknown) => boolean

  constructor(hangs: (action: string, data: unknown) => boolean = () => false) {
    this.#hangs = hangs
    ThreadWorker.made.push(this)
    WorkerMessageHandler.initializeFromPort(this.#channel.port2)
    this.#channel.port1.start()
    this.#channel.port2.start()
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    const { action, data } = message as { readonly action?: string; readonly data?: unknown }
    this.#isStuck ||= action !== undefined && this.#hangs(action, data)
    if (!this.#isStuck && !this.isTerminated) this.#channel.port1.postMessage(message, transfer)
  }

  addEventListener(type: string, listener: (event: MessageEvent) => void, options?: AddEventListenerOptions): void {
    this.#channel.port1.addEventListener(type, listener as EventListener, options)
  }

  removeEventListener(type: string, listener: (event: MessageEvent) => void): void {
    this.#channel.port1.removeEventListener(type, listener as EventListener)
  }

  terminate(): void {
    this.isTerminated = true
    this.#channel.port1.close()
    this.#channel.port2.close()
  }
}

export const threadWorker = (hangs?: (action: string, data: unknown) => boolean) => (): Worker => new ThreadWorker(hangs) as unknown as Worker
