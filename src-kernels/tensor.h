/* How ggml's tensors lie in memory (ggml.h of the package that is pinned). */
#include <stddef.h>
#include <stdint.h>

enum { type_f32 = 0, type_f16 = 1 };

struct tensor {
  int32_t type;
  void *buffer;
  int64_t ne[4]; /* sizes */
  size_t nb[4];  /* strides, bytes */
  int32_t operation, parameters[16], flags;
  struct tensor *src[10];
  struct tensor *viewed;
  size_t view_offset;
  char *data;
};
