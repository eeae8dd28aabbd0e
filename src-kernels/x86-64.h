/* Levels of x86-64 (its psABI, 3.1.1) that the processor has and the operating system keeps the registers of. */
#include <cpuid.h>

static int has_all(unsigned found, unsigned wanted) { return (found & wanted) == wanted; }

/* Which registers the operating system keeps. */
static unsigned kept_registers(void) {
  unsigned low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

enum { kept_avx = 0x6, kept_avx512 = 0xe6 };

static int has_level_3(void) {
  unsigned a, b, basic, c, d, more, extended;
  if (!__get_cpuid(1, &a, &b, &basic, &d) || !__get_cpuid_count(7, 0, &a, &more, &c, &d) || !__get_cpuid(0x80000001, &a, &b, &extended, &d)) return 0;
  const unsigned basics = bit_FMA | bit_MOVBE | bit_OSXSAVE | bit_AVX | bit_F16C;
  return has_all(basic, basics) && has_all(more, bit_BMI | bit_AVX2 | bit_BMI2) && has_all(extended, bit_LZCNT) && has_all(kept_registers(), kept_avx);
}

static int has_level_4(void) {
  unsigned a, more, c, d;
  if (!has_level_3() || !__get_cpuid_count(7, 0, &a, &more, &c, &d)) return 0;
  return has_all(more, bit_AVX512F | bit_AVX512DQ | bit_AVX512CD | bit_AVX512BW | bit_AVX512VL) && has_all(kept_registers(), kept_avx512);
}
