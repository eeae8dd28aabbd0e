/* Vectors of LANES floats in the compilers' own words (GCC and Clang). */
#define INLINE static inline __attribute__((always_inline))
#define JOIN_NAMES(a, b) a##b
#define JOIN_NAMED(a, b) JOIN_NAMES(a, b)
#define NAMED(name) JOIN_NAMED(name##_, LANES)

#define INFINITE __builtin_inff()

typedef _Float16 half;
typedef float floats __attribute__((vector_size(4 * LANES)));
typedef float floats_anywhere __attribute__((vector_size(4 * LANES), aligned(4)));
typedef half halves __attribute__((vector_size(2 * LANES), aligned(2)));
typedef int8_t bytes __attribute__((vector_size(LANES), aligned(1)));
typedef int32_t ints __attribute__((vector_size(4 * LANES)));
typedef float four __attribute__((vector_size(16), aligned(4)));

/* Rows that are multiplied with one another at once: so many that all their sums are in registers. */
enum { KEYS = 4, QUERIES = LANES == 8 ? 2 : 4 };

INLINE floats all_of(float x) { return (floats){0} + x; }
INLINE floats load(const float *at) { return *(const floats_anywhere *)at; }
INLINE floats load_halves(const half *at) { return __builtin_convertvector(*(const halves *)at, floats); }
INLINE floats load_bytes(const int8_t *at) { return __builtin_convertvector(*(const bytes *)at, floats); }
INLINE void store_halves(half *at, floats x) { *(halves *)at = __builtin_convertvector(x, halves); }
INLINE void store(float *at, floats x) { *(floats_anywhere *)at = x; }
INLINE floats greater(floats a, floats b) { return __builtin_elementwise_max(a, b); }

INLINE float highest_of(floats x) {
  float highest = x[0];
  for (int i = 1; i < LANES; i++) highest = x[i] > highest ? x[i] : highest;
  return highest;
}

INLINE float sum_of(floats x) {
  float sum = 0;
  for (int i = 0; i < LANES; i++) sum += x[i];
  return sum;
}

/* e to the x, for x up to 87; 0 below -87. With n the whole number nearest to x / ln 2: 2^n times a polynomial for the rest (Cephes' expf). */
INLINE floats exponential(floats x) {
  const float shift = 12582912; /* 1.5 * 2^23: what is added to it loses its fraction, and stands in the lowest bits. */
  const floats bound = greater(x, all_of(-87));
  const floats shifted = bound * 1.44269504f + shift;
  const floats n = shifted - shift;
  const floats rest = bound - n * 0.693145752f - n * 1.42860677e-6f;
  const floats tail = 0.166666552f + rest * (0.0416665874f + rest * (0.00833308790f + rest * 0.00139195339f));
  const floats found = (1 + rest * (1 + rest * (0.5f + rest * tail))) * (floats)(((ints)shifted << 23) + (127 << 23));
  return (floats)((ints)found & (ints)(x >= -87));
}

INLINE float exponential_of(float x) { return exponential(all_of(x))[0]; }

/* Scores become exponentials of them less the highest; that, and the sum. */
INLINE void exponentials_of(const float *scores, int64_t count, float *to, float *highest, float *total) {
  floats most = all_of(-INFINITE), sum = all_of(0);
  for (int64_t i = 0; i < count; i += LANES) most = greater(most, load(scores + i));
  *highest = highest_of(most);
  const float from = *highest > -INFINITE ? *highest : 0;
  for (int64_t i = 0; i < count; i += LANES) {
    const floats each = exponential(load(scores + i) - from);
    store(to + i, each);
    sum += each;
  }
  *total = sum_of(sum);
}

#if LANES == 16
#define PAIR(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l, i + 4, j + 4, k + 4, l + 4, i + 8, j + 8, k + 8, l + 8, i + 12, j + 12, k + 12, l + 12)
#elif LANES == 8
#define PAIR(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l, i + 4, j + 4, k + 4, l + 4)
#else
#define PAIR(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l)
#endif

/* Of 4 vectors, in each four lanes: the sums of the first's, second's, third's and fourth's four. */
INLINE floats sums_of_fours(const floats *x) {
  const floats a = PAIR(x[0], x[1], 0, LANES, 1, LANES + 1) + PAIR(x[0], x[1], 2, LANES + 2, 3, LANES + 3);
  const floats b = PAIR(x[2], x[3], 0, LANES, 1, LANES + 1) + PAIR(x[2], x[3], 2, LANES + 2, 3, LANES + 3);
  return PAIR(a, b, 0, 1, LANES, LANES + 1) + PAIR(a, b, 2, 3, LANES + 2, LANES + 3);
}

INLINE four quarter(floats x, int index) {
  return (four){x[4 * index], x[4 * index + 1], x[4 * index + 2], x[4 * index + 3]};
}

/* Rows of halves, each in pieces of one length; what is a row's first, second... piece lies together for all of them. Steps are bytes. */
typedef struct {
  const char *at;
  size_t step, piece_step;
  int64_t length, pieces;
} half_rows;

/*
 * Products of the first KEYS rows of halves with QUERIES rows of floats, lengths being multiples of LANES: out[query][key]. Pieces make no difference to the
 * order of sums.
 */
INLINE void multiply(half_rows rows, const float *floats_at, int64_t floats_step, float *out, int64_t out_step) {
  floats sums[QUERIES][KEYS];
  for (int q = 0; q < QUERIES; q++)
    for (int k = 0; k < KEYS; k++) sums[q][k] = all_of(0);
  for (int64_t piece = 0; piece < rows.pieces; piece++)
    for (int64_t i = 0; i < rows.length; i += LANES) {
      floats own[KEYS];
      for (int k = 0; k < KEYS; k++) own[k] = load_halves((const half *)(rows.at + piece * rows.piece_step + k * rows.step) + i);
      for (int q = 0; q < QUERIES; q++) {
        const floats other = load(floats_at + q * floats_step + piece * rows.length + i);
        for (int k = 0; k < KEYS; k++) sums[q][k] += own[k] * other;
      }
    }
  for (int q = 0; q < QUERIES; q++) {
    const floats fours = sums_of_fours(sums[q]);
    four sum = quarter(fours, 0);
    for (int part = 1; part < LANES / 4; part++) sum += quarter(fours, part);
    *(four *)(out + q * out_step) = sum;
  }
}

enum { line_bytes = 64 };

/* Brings one of so many shares of the first rows near. */
INLINE void fetch(half_rows wanted, int64_t rows, int64_t share, int64_t shares) {
  const int64_t lines = (wanted.length * (int64_t)sizeof(half) + line_bytes - 1) / line_bytes, all = lines * rows * wanted.pieces;
  for (int64_t line = all * share / shares; line < all * (share + 1) / shares; line++) {
    const int64_t row = line / lines;
    __builtin_prefetch(wanted.at + row / rows * wanted.piece_step + row % rows * wanted.step + line % lines * line_bytes, 0, 2);
  }
}
