/* Blocks of keys and values in a file, which a kernel reads by itself. It is linked to no library: the system is called as it is on each platform. */
#include <stddef.h>
#include <stdint.h>

enum { file_block_places = 64 };

/* Blocks that lie together. */
typedef struct {
  int64_t end;    /* the block behind them, counted from the first of all */
  int64_t offset; /* of their first, bytes */
} file_run;

typedef struct {
  int64_t descriptor;
  int64_t failed; /* what the system said, or that the file is too short; 0 if all was read */
  int64_t count;  /* of all blocks */
  file_run runs[];
} file_blocks;

#if defined(__linux__) && defined(__x86_64__)

enum { reads_files = 1, system_read_at = 17, interrupted = -4, too_short = -1 };

static inline long read_at(int64_t descriptor, char *into, size_t bytes, int64_t offset) {
  register int64_t at __asm__("r10") = offset;
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"((long)system_read_at), "D"(descriptor), "S"(into), "d"(bytes), "r"(at) : "rcx", "r11", "memory");
  return result;
}

#else

enum { reads_files = 0, interrupted = -4, too_short = -1 };

static inline long read_at(int64_t descriptor, char *into, size_t bytes, int64_t offset) { return too_short; }

#endif

static inline long read_all(int64_t descriptor, char *into, size_t bytes, int64_t offset) {
  while (bytes > 0) {
    const long got = read_at(descriptor, into, bytes, offset);
    if (got == interrupted) continue;
    if (got <= 0) return got == 0 ? too_short : got;
    into += got;
    offset += got;
    bytes -= got;
  }
  return 0;
}

/* False if some of them did not come, which `failed` tells. */
static inline int read_blocks(const file_blocks *blocks, int64_t first, int64_t count, int64_t block_bytes, char *into) {
  int64_t begin = 0;
  for (const file_run *run = blocks->runs; count > 0; begin = run->end, run++) {
    if (first >= run->end) continue;
    const int64_t here = run->end - first < count ? run->end - first : count;
    const long failed = read_all(blocks->descriptor, into, here * block_bytes, run->offset + (first - begin) * block_bytes);
    if (failed != 0) {
      ((file_blocks *)blocks)->failed = failed;
      return 0;
    }
    first += here;
    count -= here;
    into += here * block_bytes;
  }
  return 1;
}
