import type { EngineEvent, EngineRequest } from '../../src-engine/protocol'
import type { EngineProcess } from '../../src-main/engine-host/process-keeper'

/** An engine whose answers the test writes; `answer` is asked for each request. */
export class ScriptedEngine implements EngineProcess {
  readonly requests: EngineRequest[] = []
  killed = false
  private listener: (event: EngineEvent) => void = () => undefined
  private exit: () => void = () => undefined
  constructor(private readonly answer: (engine: ScriptedEngine, request: EngineRequest) => void) {}
  send(request: EngineRequest): void {
    this.requests.push(request)
    queueMicrotask(() => this.answer(this, request))
  }
  onEvent(listener: (event: EngineEvent) => void): void { this.listener = listener }
  onExit(listener: () => void): void { this.exit = listener }
  kill(): void {
    this.killed = true
    queueMicrotask(() => this.die())
  }
  say(event: EngineEvent): void { this.listener(event) }
  die(): void { this.exit() }
}
