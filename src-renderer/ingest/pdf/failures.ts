import { FailureError } from '../../../src-main/contract/failure'
import { quoteName } from '../names'
import type { ReadRequest } from '../reader'
import { DeadlineError } from './source'

/** What pdf.js says of a file that it cannot open, in words for a person. */
export function failureOf(cause: unknown, request: ReadRequest): FailureError {
  const fileName = quoteName(request.fileName)
  const { name, code } = cause instanceof Error ? cause as Error & { code?: number } : { name: '', code: undefined }
  if (name === 'PasswordException') {
    return code === 2 || request.password !== null
      ? new FailureError('password-wrong', `The password does not open ${fileName}. Try another one.`, { cause })
      : new FailureError('password-needed', `${fileName} is protected by a password. Enter it to read the document.`, { cause })
  }
  if (cause instanceof DeadlineError) return new FailureError('took-too-long', `${fileName} took too long to open. It may be damaged; try another copy.`, { cause })
  if (isCutOff(request.bytes)) return new FailureError('truncated', `${fileName} is incomplete: its end is missing. Copy or download it again.`, { cause })
  return new FailureError('damaged', `${fileName} is damaged and cannot be read as a PDF. Try another copy of it.`, { cause })
}

/** A PDF ends with the place of its table of contents; a file that was cut has no such end. */
function isCutOff(bytes: Uint8Array): boolean {
  const decoder = new TextDecoder('latin1')
  return decoder.decode(bytes.subarray(0, 1024)).includes('%PDF-') && !/startxref\s+\d+\s+%%EOF/.test(decoder.decode(bytes.subarray(-2048)))
}
