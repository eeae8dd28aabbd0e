import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { FunctionsElsewhere } from './declaration'
import { openLibrary, type SharedLibrary } from './shared-library'

const conversion = 'void (data from, data to, int64_t numbers)'

type Conversion = FunctionsElsewhere<{ readonly convert: typeof conversion }>['convert']

/** f16 to f32 and back, f32 to q8_0 and back; of so many numbers, on another thread. */
export interface Conversions {
  readonly halvesToFloats: Conversion
  readonly floatsToHalves: Conversion
  readonly quantiseFloats: Conversion
  readonly dequantiseFloats: Conversion
}

/**
 * The build of the CPU library for this processor converts f16 with its own instructions, many times as fast as the base library's portable code. Which
 * build that is ggml does not tell; each says how well it suits, and ggml chose the best.
 */
export function bindConversions(base: SharedLibrary, folder: string): Conversions {
  const builds = readdirSync(folder).filter((name) => cpuBuild.test(name)).map((name) => openLibrary(join(folder, name)))
  const [best] = builds.map((library) => ({ library, score: scoreOf(library) })).filter(({ score }) => score > 0).sort((a, b) => b.score - a.score)
  const { quantize_row_q8_0_ref: quantiseFloats, dequantize_row_q8_0: dequantiseFloats } = base.functionsElsewhere({
    quantize_row_q8_0_ref: conversion, dequantize_row_q8_0: conversion,
  })
  return { ...(best === undefined ? portable(base) : fastest(best.library)), quantiseFloats, dequantiseFloats }
}

function fastest(build: SharedLibrary): Pick<Conversions, 'halvesToFloats' | 'floatsToHalves'> {
  const functions = build.functionsElsewhere({ ggml_cpu_fp16_to_fp32: conversion, ggml_cpu_fp32_to_fp16: conversion })
  return { halvesToFloats: functions.ggml_cpu_fp16_to_fp32, floatsToHalves: functions.ggml_cpu_fp32_to_fp16 }
}

function portable(base: SharedLibrary): Pick<Conversions, 'halvesToFloats' | 'floatsToHalves'> {
  const functions = base.functionsElsewhere({ ggml_fp16_to_fp32_row: conversion, ggml_fp32_to_fp16_row: conversion })
  return { halvesToFloats: functions.ggml_fp16_to_fp32_row, floatsToHalves: functions.ggml_fp32_to_fp16_row }
}

const cpuBuild = /^(lib)?ggml-cpu-.*\.(so|dylib|dll)$/

/** 0 where it does not run here, or does not say. */
function scoreOf(library: SharedLibrary): number {
  try {
    return library.functions({ ggml_backend_score: 'int ()' }).ggml_backend_score()
  } catch {
    return 0
  }
}
