import { cpus, totalmem } from 'node:os'

/** What the speed of a model depends on besides the model, in one line. */
export function describeComputer(appVersion: string): string {
  const processors = cpus()
  return [processors[0]?.model ?? '', processors.length, totalmem(), process.platform, process.arch, appVersion].join(' | ')
}
