/*
 * What the query heads of a token give to the rows that sum up a text (`src-engine/retrieval`), and what is passed over as a part of what they find.
 *
 *   queries  f32 [d, heads]                   shares   f32 [rows, heads] and, behind these in a column, [window, heads]: of all that a head sees
 *   keys     q8_0 [d, rows, KV heads]         tail     f16 [d, window, KV heads]: keys behind the text
 *   weights  f32 [rows, 3, KV heads]          factors  f32 [group, 3, KV heads]: a row's score is its product with the query and, of these, theirs
 *   mask     f32 [window]                     totals   f32 [2, heads]: the highest score, and the sum of all exponentials of scores less that
 *
 * d is a multiple of 32 up to 128; rows and windows are multiples of 16.
 */
#include "parts.h"
#include "tensor.h"
#include "vectors.h"

enum { tiles_ahead = 4, heads_max = 16, head_max = 128, tile_rows = 16, quantised = 32 };

typedef struct {
  half scale;
  int8_t numbers[quantised];
} q8_0;

typedef struct {
  const struct tensor *queries, *keys, *weights, *factors, *tail, *mask, *row_shares, *tail_shares;
  int64_t d, rows, window, group;
} scoring;

/* Some rows, or some places behind the text, and the query heads that look at them. */
typedef struct {
  int64_t kv_head, first, count, head, heads, padded;
  int isTail;
} stretch;

INLINE const float *column(const struct tensor *x, int64_t index, int64_t kv_head) {
  return (const float *)(x->data + index * x->nb[1] + kv_head * x->nb[2]);
}

INLINE float *share_at(const struct tensor *shares, int64_t head) { return (float *)(shares->data + head * shares->nb[1]); }

INLINE int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static void take_queries(const scoring *all, const stretch *own, float *numbers) {
  const float scale = 1 / __builtin_sqrtf((float)all->d);
  for (int64_t i = 0; i < own->padded; i++) {
    const float *from = (const float *)(all->queries->data + (own->kv_head * all->group + own->head + (i < own->heads ? i : 0)) * all->queries->nb[1]);
    for (int64_t j = 0; j < all->d; j += LANES) store(numbers + i * all->d + j, load(from + j) * scale);
  }
}

/* Rows of q8_0 as halves, one after the other. */
static void widen(const char *from, size_t step, int64_t count, int64_t d, half *to) {
  for (int64_t row = 0; row < count; row++) {
    const q8_0 *blocks = (const q8_0 *)(from + row * step);
    for (int64_t block = 0; block < d / quantised; block++)
      for (int64_t i = 0; i < quantised; i += LANES) {
        const floats numbers = load_bytes(blocks[block].numbers + i) * (float)blocks[block].scale;
        store_halves(to + row * d + block * quantised + i, numbers);
      }
  }
}

static void multiply_tile(const scoring *all, const stretch *own, const float *queries, const half *keys, size_t step, int64_t row, float *scores) {
  for (int64_t k = 0; k < tile_rows; k += KEYS)
    for (int64_t i = 0; i < own->padded; i += QUERIES)
      multiply((half_rows){(const char *)keys + k * step, step, 0, all->d, 1}, queries + i * all->d, all->d, scores + i * part_places + row + k, part_places);
}

static void score(const scoring *all, const stretch *own, const float *queries, float *scores) {
  const struct tensor *from = own->isTail ? all->tail : all->keys;
  const char *keys = from->data + own->kv_head * from->nb[2] + own->first * from->nb[1];
  for (int64_t row = 0; row < own->count; row += tile_rows, keys += tile_rows * from->nb[1]) {
    if (own->isTail) {
      multiply_tile(all, own, queries, (const half *)keys, from->nb[1], row, scores);
      continue;
    }
    half tile[tile_rows * head_max];
    for (size_t at = 0; at < tile_rows * from->nb[1]; at += line_bytes) __builtin_prefetch(keys + tiles_ahead * tile_rows * from->nb[1] + at);
    widen(keys, from->nb[1], tile_rows, all->d, tile);
    multiply_tile(all, own, queries, tile, all->d * sizeof(half), row, scores);
  }
}

/* What does not come of the product with the query. */
static void add_weights(const scoring *all, const stretch *own, int64_t head, float *scores) {
  if (own->isTail) {
    for (int64_t k = 0; k < own->count; k += LANES) store(scores + k, load(scores + k) + load((const float *)all->mask->data + own->first + k));
    return;
  }
  const float scale = 1 / __builtin_sqrtf((float)all->d);
  const float *weights[3], *factors[3];
  for (int i = 0; i < 3; i++) {
    weights[i] = column(all->weights, i, own->kv_head) + own->first;
    factors[i] = column(all->factors, i, own->kv_head) + head;
  }
  for (int64_t k = 0; k < own->count; k += LANES) {
    const floats more = load(weights[0] + k) * *factors[0] + load(weights[1] + k) * *factors[1] + load(weights[2] + k) * *factors[2];
    store(scores + k, load(scores + k) + more * scale);
  }
}

INLINE int64_t parts_of(int64_t count) { return (count + part_places - 1) / part_places; }

static scoring scoring_of(const struct tensor *operation) {
  struct tensor *const *src = operation->src;
  return (scoring){src[0], src[1], src[2], src[3], src[4], src[5], src[6], src[7], src[1]->ne[0], src[1]->ne[1], src[4]->ne[1], src[0]->ne[1] / src[1]->ne[2]};
}

/*
 * src: queries, keys, weights, factors, tail, mask, shares of rows and of the tail, which become exponentials, of each part less its highest score.
 * dst: f32 [2, heads, parts]: that score, and their sum. Threads share parts.
 */
void NAMED(score_rows)(struct tensor *operation, int thread, int threads, void *nothing) {
  const scoring all = scoring_of(operation);
  const int64_t parts = operation->ne[2], own_parts = parts_of(all.rows), kv_heads = all.keys->ne[2], units = parts * kv_heads;
  float queries[heads_max * head_max], scores[heads_max * part_places];
  for (int64_t unit = units * thread / threads; unit < units * (thread + 1) / threads; unit++) {
    const int64_t part = unit % parts;
    const int isTail = part >= own_parts;
    const int64_t first = (isTail ? part - own_parts : part) * part_places;
    for (int64_t head = 0; head < all.group; head += heads_max) {
      stretch own = {unit / parts, first, least(part_places, (isTail ? all.window : all.rows) - first), head, least(heads_max, all.group - head), 0, isTail};
      own.padded = (own.heads + QUERIES - 1) / QUERIES * QUERIES;
      take_queries(&all, &own, queries);
      score(&all, &own, queries, scores);
      for (int64_t i = 0; i < own.heads; i++) {
        const int64_t in_all = own.kv_head * all.group + head + i;
        float *to = (float *)(operation->data + part * operation->nb[2] + in_all * operation->nb[1]);
        float *shares = share_at(isTail ? all.tail_shares : all.row_shares, in_all) + first;
        add_weights(&all, &own, head + i, scores + i * part_places);
        exponentials_of(scores + i * part_places, own.count, shares, to, to + 1);
      }
    }
  }
}

INLINE float sum_of_block(const float *at, int64_t count) {
  four sums = {0};
  int64_t i = 0;
  for (; i + 4 <= count; i += 4) sums += *(const four *)(at + i);
  float sum = sums[0] + sums[1] + (sums[2] + sums[3]);
  for (; i < count; i++) sum += at[i];
  return sum;
}

INLINE const float *part_at(const struct tensor *parts, int64_t head, int64_t part) {
  return (const float *)(parts->data + part * parts->nb[2] + head * parts->nb[1]);
}

/* Shares of some parts, of those that follow one another from `first` on. */
static void to_shares(const struct tensor *parts, int64_t head, int64_t first, const float *totals, float *shares, int64_t count) {
  for (int64_t at = 0; at < count; at += part_places) {
    const float factor = exponential_of(part_at(parts, head, first + at / part_places)[0] - totals[0]) / totals[1];
    for (int64_t i = at; i < least(at + part_places, count); i += LANES) store(shares + i, load(shares + i) * factor);
  }
}

/*
 * src: what score_rows gave, shares of rows and of the tail, those of rows as [rows of a block, blocks, heads], totals. dst: f32 [blocks, heads]: how much of
 * all that a head sees each block has. Shares and totals become what they are called. Threads share heads.
 */
void NAMED(join_shares)(struct tensor *operation, int thread, int threads, void *nothing) {
  const struct tensor *parts = operation->src[0], *rows = operation->src[1], *tail = operation->src[2], *of_blocks = operation->src[3];
  const int64_t heads = operation->ne[1], block_rows = of_blocks->ne[0];
  for (int64_t head = heads * thread / threads; head < heads * (thread + 1) / threads; head++) {
    float *totals = (float *)(operation->src[4]->data + head * operation->src[4]->nb[1]);
    totals[0] = -INFINITE;
    totals[1] = 0;
    for (int64_t part = 0; part < parts->ne[2]; part++) {
      const float highest = part_at(parts, head, part)[0];
      totals[0] = highest > totals[0] ? highest : totals[0];
    }
    for (int64_t part = 0; part < parts->ne[2]; part++) totals[1] += exponential_of(part_at(parts, head, part)[0] - totals[0]) * part_at(parts, head, part)[1];
    to_shares(parts, head, 0, totals, share_at(rows, head), rows->ne[0]);
    to_shares(parts, head, parts_of(rows->ne[0]), totals, share_at(tail, head), tail->ne[0]);
    float *masses = (float *)(operation->data + head * operation->nb[1]);
    for (int64_t block = 0; block < operation->ne[0]; block++) masses[block] = sum_of_block(share_at(rows, head) + block * block_rows, block_rows);
  }
}

/* Of a part that attention found, behind its sums: the highest score, and the sum of exponentials of scores less that. */
INLINE const float *found_in(const char *of_head, const struct tensor *parts, int64_t part, int64_t d) { return (const float *)(of_head + part * parts->nb[2]) + d; }

/*
 * src: what attention to some places found [d, heads], its parts (`attend_parts`), what others found [d, heads] as sums of values times shares, the sum of
 * these shares [1, heads], totals. dst: f32 [d, heads]: what both found, each as it weighs; where neither weighs anything beside the highest score of all,
 * which was an estimate then, what attention found. Threads share heads.
 */
void NAMED(blend)(struct tensor *operation, int thread, int threads, void *nothing) {
  const struct tensor *near = operation->src[0], *parts = operation->src[1], *far = operation->src[2], *passed = operation->src[3];
  const int64_t d = operation->ne[0], heads = operation->ne[1], group = heads / parts->ne[3];
  for (int64_t head = heads * thread / threads; head < heads * (thread + 1) / threads; head++) {
    const char *own = parts->data + head / group * parts->nb[3] + head % group * parts->nb[1];
    const float *totals = (const float *)(operation->src[4]->data + head * operation->src[4]->nb[1]);
    float highest = totals[0];
    for (int64_t part = 0; part < parts->ne[2]; part++) highest = __builtin_fmaxf(highest, found_in(own, parts, part, d)[0]);
    float near_mass = 0;
    for (int64_t part = 0; part < parts->ne[2]; part++) {
      const float *found = found_in(own, parts, part, d);
      near_mass += exponential_of(found[0] - highest) * found[1];
    }
    const float far_factor = exponential_of(totals[0] - highest) * totals[1], all = near_mass + far_factor * *(const float *)(passed->data + head * passed->nb[1]);
    const float near_share = all > 0 ? near_mass / all : 1, far_share = all > 0 ? far_factor / all : 0;
    const float *a = (const float *)(near->data + head * near->nb[1]), *b = (const float *)(far->data + head * far->nb[1]);
    float *to = (float *)(operation->data + head * operation->nb[1]);
    for (int64_t j = 0; j < d; j += LANES) store(to + j, load(a + j) * near_share + load(b + j) * far_share);
  }
}
