import type { DeviceSummary } from '../contract/device'
import { FailureError } from '../contract/failure'
import { displayName } from '../import/file-name'
import type { CommandWorld, ExitCode } from './command'
import { sizeText } from './lines'

/** `models device`: what can compute and what does; with a name, chooses it. */
export async function deviceCommand({ services: { engine, settings }, out }: CommandWorld, wanted: string): Promise<ExitCode> {
  // Nothing is done on a device here: its driver is only looked for.
  const devices = await engine.devices()
  if (wanted !== '') {
    const known = ['auto', 'cpu', ...devices.map(({ name }) => name)]
    if (!known.includes(wanted)) throw new FailureError('invalid-request', `There is no device “${displayName(wanted)}”. Choose one of: ${known.join(', ')}.`)
    await settings.write({ device: wanted })
  }
  const { device, deviceTrouble } = settings.read()
  out.line(`Computes: ${device}${deviceTrouble === null ? '' : `. ${deviceTrouble}`}`)
  devices.forEach((each) => out.line(deviceLine(each)))
  out.data({ device, trouble: deviceTrouble, devices })
  return 0
}

const deviceLine = ({ name, title, kind, freeBytes, totalBytes }: DeviceSummary): string =>
  [name, title, kind === 'card' ? 'card' : 'uses the memory of the processor', `${sizeText(freeBytes)} of ${sizeText(totalBytes)} free`].join('  ')
