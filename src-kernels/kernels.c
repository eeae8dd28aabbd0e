/* What is called from outside: which kernels there are, and which of them this processor computes fastest. */
#include "tensor.h"
#include "file-blocks.h"
#include "parts.h"

#ifdef _WIN32
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED __attribute__((visibility("default")))
#endif

typedef void kernel(struct tensor *operation, int thread, int threads, void *nothing);

#define KERNELS(width) \
  kernel attend_parts_##width, attend_join_##width, attend_rows_##width, score_rows_##width, join_shares_##width, blend_##width, attend_file_##width; \
  static kernel *const kernels_##width[] = { \
    attend_parts_##width, attend_join_##width, attend_rows_##width, score_rows_##width, join_shares_##width, blend_##width, \
    reads_files ? attend_file_##width : 0, \
  };

#if defined(__x86_64__)
#include "x86-64.h"
KERNELS(16)
KERNELS(8)
#else
KERNELS(4)
#endif

/* Floats of a vector, at most, that this processor has; 0: none that there are kernels for. */
EXPORTED int kernel_lanes(void) {
#if defined(__x86_64__)
  return has_level_4() ? 16 : has_level_3() ? 8 : 0;
#else
  return 4;
#endif
}

/* The kernel of that number in the lists above, for vectors of so many floats; null where there is none. */
EXPORTED kernel *kernel_at(int lanes, int number) {
  if (number < 0 || number > 6) return 0;
#if defined(__x86_64__)
  return lanes == 16 ? kernels_16[number] : lanes == 8 ? kernels_8[number] : 0;
#else
  return lanes == 4 ? kernels_4[number] : 0;
#endif
}

EXPORTED int kernel_part_places(void) { return part_places; }

/* SHA-256 of the sources that this was compiled from. */
EXPORTED const char *kernel_sources(void) { return SOURCES; }
