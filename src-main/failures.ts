import { FailureError, type Failure } from './contract/failure'
import type { Log } from './log'

const byCode: Readonly<Record<string, Failure>> = {
  ENOSPC: { kind: 'disk-full', message: 'The disk is full. Make some room and try again; nothing that was stored before is lost.' },
  EDQUOT: { kind: 'disk-full', message: 'The disk quota is used up. Make some room and try again; nothing that was stored before is lost.' },
  EFBIG: { kind: 'disk-full', message: 'The file would grow larger than this disk or account allows.' },
  EROFS: { kind: 'file-unreadable', message: 'The folder that Longleaf keeps its library in is read-only. Make it writable, or choose another with --data.' },
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '')

/** Whether there was no room for what was written: on the disk, or for this person or process. */
export const isDiskFull = (error: unknown): boolean => byCode[codeOf(error)]?.kind === 'disk-full'

/** An expected failure as it is; a full disk by its code; anything else is a bug: logged, and told in one sentence. */
export function failureOf(error: unknown, log: Log | null): Failure {
  if (error instanceof FailureError) return error.failure
  const known = byCode[codeOf(error)]
  log?.write('error', known === undefined ? 'unexpected failure' : `failure ${known.kind}`, error)
  return known ?? { kind: 'unexpected', message: 'Something went wrong inside Longleaf. The details are in its log; trying again may help.' }
}
