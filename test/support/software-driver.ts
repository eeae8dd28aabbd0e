/**
 * Graphics devices for tests: Mesa's Vulkan driver that computes on the processor. ggml shows such a driver only to who asks for it by number, so that
 * no person meets it.
 */
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Debian's and Ubuntu's place of it. */
const driver = '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json'

/** The packages that set-up brings are for this platform alone. */
export const hasSoftwareDriver = process.platform === 'linux' && process.arch === 'x64'

/**
 * What a process must have in its environment before it looks for devices. Shaders compute in f32: f16 would not be compared, and takes the driver
 * twice as long to translate. What was translated once is kept.
 * @param devices how many devices it is to find; each is the same processor
 */
export function softwareDriver(devices = 1): Readonly<Record<string, string>> {
  if (!existsSync(driver)) throw new Error('The software Vulkan driver is not here. Install it: sudo apt-get install -y mesa-vulkan-drivers libvulkan1')
  return {
    VK_DRIVER_FILES: driver,
    VK_ICD_FILENAMES: driver,
    GGML_VK_VISIBLE_DEVICES: Array.from({ length: devices }, () => '0').join(','),
    GGML_VK_DISABLE_F16: '1',
    MESA_SHADER_CACHE_DIR: join(process.env['LONGLEAF_CACHE'] ?? tmpdir(), 'mesa'),
  }
}
