import type { Bridge } from '../bridge'
import type { CallName, Calls } from '../../src-main/contract/calls'
import type { Result } from '../../src-main/contract/failure'
import type { AppEvent, AppState } from '../state/app'
import type { Store } from '../state/store'
import { t } from '../locales/words'

/** What actions work on: main behind its bridge, and the state of the window. */
export interface World {
  readonly bridge: Bridge
  readonly store: Store<AppState, AppEvent>
}

/** A call as a result, also where the bridge itself throws: that is a bug, and is logged as one. */
export async function ask<N extends CallName>({ bridge }: World, name: N, ...args: Parameters<Calls[N]>): Promise<Result<ReturnType<Calls[N]>>> {
  try {
    return await bridge.call(name, ...args)
  } catch (error) {
    console.error(`call ${name} threw`, error)
    return { ok: false, failure: { kind: 'unexpected', message: t('common.unexpected') } }
  }
}

/** A call whose failure is told as a notice; null where it failed. */
export async function askOrTell<N extends CallName>(
  world: World, name: N, ...args: Parameters<Calls[N]>
): Promise<{ readonly value: ReturnType<Calls[N]> } | null> {
  const result = await ask(world, name, ...args)
  if (result.ok) return { value: result.value }
  if (result.failure.kind !== 'cancelled') tell(world, result.failure.message, 'bad')
  return null
}

export const tell = ({ store }: World, text: string, tone: 'plain' | 'bad' = 'plain'): void => store.dispatch({ kind: 'noticed', tone, text })
