import { join, resolve } from 'node:path'

export interface DataFolderChoice {
  /** Named by a command's `--data`; null where it was not. */
  readonly named: string | null
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** The platform's folder for the data of applications. */
  readonly appData: string
}

/** Where the library lives: `--data DIR` or `--data=DIR`, else `LONGLEAF_DATA`, else the platform's own place. */
export function chooseDataFolder({ named, args, env, appData }: DataFolderChoice): string {
  const at = args.findIndex((arg) => arg === '--data' || arg.startsWith('--data='))
  const option = at < 0 ? null : args[at] === '--data' ? (args[at + 1] ?? null) : (args[at]?.slice('--data='.length) ?? null)
  const chosen = named ?? option ?? env['LONGLEAF_DATA']
  return chosen ? resolve(chosen) : join(appData, 'Longleaf')
}
