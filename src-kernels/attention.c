/*
 * Attention of query heads that share keys and values (grouped-query attention, arXiv 2305.13245) over keys and values in f16, as operations of a ggml graph.
 * A text is attended in parts of so many places that their keys, and then their values, stay in a core's own cache, each with a softmax of its own (arXiv
 * 2112.05682); what is multiplied next is fetched meanwhile. Each row has its sums in the same order whatever rows stand beside it and however many threads
 * there are.
 *
 *   queries  f32 [d, heads, tokens]     keys    f16 [d, b, n / b, KV heads]     mask  f16 or f32 [n, tokens]
 *   found    f32 [d, heads, tokens]     values  f16 [b, d, n / b, KV heads]     row = token * group + query head of the KV head
 *
 * Keys and values lie in blocks of b places, so that a part is whole blocks or some places of the only one; the sums are the same. d and b are multiples of
 * 16, d at most 128. Compiled for each width of vectors.
 */
#include "file-blocks.h"
#include "parts.h"
#include "tensor.h"
#include "vectors.h"

/* So many that all of it, some 60 KB, lies on the stack of a call from JavaScript. */
enum { rows_max = 16, head_max = 128 };

typedef struct {
  const struct tensor *queries, *keys, *values, *mask;
  int64_t d, n, block, group, rows;
} attention;

/* Some rows of a KV head, times the scale; what fills them up to whole QUERIES repeats the first. */
typedef struct {
  int64_t head, first, count, padded;
  float numbers[rows_max * head_max];
} row_block;

/* What rows find: the sums of values, each times the exponential of its score less the highest, that score, and the sum of exponentials. */
typedef struct {
  float sums[rows_max * head_max];
  float highest[rows_max], totals[rows_max];
} findings;

static attention attention_of(const struct tensor *operation) {
  const struct tensor *queries = operation->src[0], *keys = operation->src[1];
  const int64_t group = queries->ne[1] / keys->ne[3];
  const int64_t n = keys->ne[1] * keys->ne[2];
  return (attention){queries, keys, operation->src[2], operation->src[3], queries->ne[0], n, keys->ne[1], group, group * queries->ne[2]};
}

/* Of a tensor [d, heads, tokens], the numbers of a row. */
INLINE float *row_at(const struct tensor *x, int64_t group, int64_t head, int64_t row) {
  return (float *)(x->data + (head * group + row % group) * x->nb[1] + row / group * x->nb[2]);
}

static void take_rows(const attention *all, int64_t head, int64_t first, row_block *rows) {
  const float scale = 1 / __builtin_sqrtf((float)all->d);
  const int64_t left = all->rows - first;
  rows->head = head;
  rows->first = first;
  rows->count = left < rows_max ? left : rows_max;
  rows->padded = (rows->count + QUERIES - 1) / QUERIES * QUERIES;
  for (int64_t i = 0; i < rows->padded; i++) {
    const float *from = row_at(all->queries, all->group, head, first + (i < rows->count ? i : 0));
    for (int64_t j = 0; j < all->d; j += LANES) store(rows->numbers + i * all->d + j, load(from + j) * scale);
  }
}

INLINE int64_t token_of(const attention *all, const row_block *rows, int64_t i) {
  return (rows->first + (i < rows->count ? i : 0)) / all->group;
}

INLINE floats mask_at(const attention *all, int64_t token, int64_t place) {
  const char *row = all->mask->data + token * all->mask->nb[1];
  return all->mask->type == type_f16 ? load_halves((const half *)row + place) : load((const float *)row + place);
}

INLINE int64_t places_from(const attention *all, int64_t place) {
  return all->n - place < part_places ? all->n - place : part_places;
}

static int sees_any(const attention *all, const row_block *rows, int64_t place) {
  for (int64_t token = token_of(all, rows, 0); token <= token_of(all, rows, rows->count - 1); token++)
    for (int64_t k = 0; k < places_from(all, place); k += LANES)
      if (highest_of(mask_at(all, token, place + k)) > -INFINITE) return 1;
  return 0;
}

/* The scores of a row become exponentials. */
static void weigh(const attention *all, int64_t token, int64_t place, float *scores, float *highest, float *total) {
  const int64_t count = places_from(all, place);
  for (int64_t k = 0; k < count; k += LANES) store(scores + k, load(scores + k) + mask_at(all, token, place + k));
  exponentials_of(scores, count, scores, highest, total);
}

/* Places of a part that lie in one block. */
INLINE int64_t piece_from(const attention *all, int64_t place) {
  const int64_t count = places_from(all, place);
  return all->block < count ? all->block : count;
}

/* Of keys or values, what a part from this place on has in each of its blocks. Places of a block lie so many bytes apart. */
INLINE half_rows part_from(const attention *all, const struct tensor *x, int64_t head, int64_t place, size_t place_step, int64_t length) {
  const char *at = x->data + head * x->nb[3] + place / all->block * x->nb[2] + place % all->block * place_step;
  return (half_rows){at, x->nb[1], x->nb[2], length, places_from(all, place) / piece_from(all, place)};
}

/* A row for each place of a block, and a piece for each block. */
INLINE half_rows keys_from(const attention *all, int64_t head, int64_t place) {
  return part_from(all, all->keys, head, place, all->keys->nb[1], all->d);
}

/* A row for each number of the head. */
INLINE half_rows values_from(const attention *all, int64_t head, int64_t place) {
  return part_from(all, all->values, head, place, sizeof(half), piece_from(all, place));
}

/* Which tiles come near while a part is multiplied: its values, which other rows may have fetched, and the next part's keys. */
typedef struct {
  int values, next_keys;
} fetching;

static void attend_part(const attention *all, const row_block *rows, int64_t place, fetching wanted, findings *found) {
  float scores[rows_max * part_places];
  const int64_t d = all->d, count = places_from(all, place), piece = piece_from(all, place), next = place + part_places, blocks = rows->padded / QUERIES;
  const int follows = wanted.next_keys && next < all->n;
  const half_rows keys = keys_from(all, rows->head, place), values = values_from(all, rows->head, place);
  const half_rows next_keys = follows ? keys_from(all, rows->head, next) : keys;
  const int64_t near_values = wanted.values ? d : 0, near_keys = follows ? piece_from(all, next) : 0;
  for (int64_t k = 0; k < count; k += KEYS) {
    const half_rows own = {keys.at + k / piece * keys.piece_step + k % piece * keys.step, keys.step, 0, d, 1};
    for (int64_t i = 0; i < blocks; i++) {
      fetch(values, near_values, k / KEYS * blocks + i, count / KEYS * blocks);
      multiply(own, rows->numbers + i * QUERIES * d, d, scores + i * QUERIES * part_places + k, part_places);
    }
  }
  for (int64_t i = 0; i < rows->padded; i++)
    weigh(all, token_of(all, rows, i), place, scores + i * part_places, found->highest + i, found->totals + i);
  for (int64_t j = 0; j < d; j += KEYS) {
    const half_rows own = {values.at + j * values.step, values.step, values.piece_step, values.length, values.pieces};
    for (int64_t i = 0; i < blocks; i++) {
      fetch(next_keys, near_keys, j / KEYS * blocks + i, d / KEYS * blocks);
      multiply(own, scores + i * QUERIES * part_places, part_places, found->sums + i * QUERIES * d + j, d);
    }
  }
}

/* What all rows of a KV head find in a part, to its place: f32 [d + 2, rows], sums, highest score, sum of exponentials. */
static void write_part(const attention *all, int64_t head, int64_t place, char *to, size_t to_step) {
  const int64_t d = all->d;
  row_block rows;
  findings found;
  for (int64_t first = 0; first < all->rows; first += rows_max) {
    take_rows(all, head, first, &rows);
    const int any = sees_any(all, &rows, place);
    if (any) attend_part(all, &rows, place, (fetching){first == 0, first + rows_max >= all->rows}, &found);
    for (int64_t i = 0; i < rows.count; i++) {
      float *row = (float *)(to + (first + i) * to_step);
      row[d] = any ? found.highest[i] : -INFINITE;
      row[d + 1] = any ? found.totals[i] : 0;
      for (int64_t j = 0; any && j < d; j += LANES) store(row + j, load(found.sums + i * d + j));
    }
  }
}

/* For few rows. src: queries, keys, values, mask. dst: f32 [d + 2, rows, parts, KV heads], as `write_part` gives it. Threads share parts. */
void NAMED(attend_parts)(struct tensor *operation, int thread, int threads, void *nothing) {
  const attention all = attention_of(operation);
  const int64_t parts = operation->ne[2], units = parts * operation->ne[3];
  for (int64_t unit = units * thread / threads; unit < units * (thread + 1) / threads; unit++) {
    const int64_t head = unit / parts, part = unit % parts;
    write_part(&all, head, part * part_places, operation->data + head * operation->nb[3] + part * operation->nb[2], operation->nb[1]);
  }
}

/* src: what attend_parts gave. dst: found. */
void NAMED(attend_join)(struct tensor *operation, int thread, int threads, void *nothing) {
  const struct tensor *from = operation->src[0];
  const int64_t d = operation->ne[0], rows = from->ne[1], parts = from->ne[2], units = rows * from->ne[3];
  for (int64_t unit = units * thread / threads; unit < units * (thread + 1) / threads; unit++) {
    const int64_t head = unit / rows, row = unit % rows;
    const char *own = from->data + head * from->nb[3] + row * from->nb[1];
    float *out = row_at(operation, operation->ne[1] / from->ne[3], head, row);
    float highest = -INFINITE, total = 0;
    for (int64_t part = 0; part < parts; part++) {
      const float each = ((const float *)(own + part * from->nb[2]))[d];
      highest = each > highest ? each : highest;
    }
    for (int64_t j = 0; j < d; j += LANES) store(out + j, all_of(0));
    for (int64_t part = 0; part < parts; part++) {
      const float *found = (const float *)(own + part * from->nb[2]);
      if (!(found[d] > -INFINITE)) continue;
      const floats share = exponential(all_of(found[d] - highest));
      total += share[0] * found[d + 1];
      for (int64_t j = 0; j < d; j += LANES) store(out + j, load(out + j) + share * load(found + j));
    }
    for (int64_t j = 0; j < d; j += LANES) store(out + j, load(out + j) / total);
  }
}

/* What was found before and what a part gave become one (online softmax, arXiv 1805.02867). */
static void add_part(int64_t d, int64_t count, const findings *part, findings *all) {
  for (int64_t i = 0; i < count; i++) {
    if (!(part->highest[i] > -INFINITE)) continue;
    const float highest = part->highest[i] > all->highest[i] ? part->highest[i] : all->highest[i];
    const floats before = exponential(all_of(all->highest[i] - highest)), now = exponential(all_of(part->highest[i] - highest));
    all->highest[i] = highest;
    all->totals[i] = all->totals[i] * before[0] + part->totals[i] * now[0];
    float *sums = all->sums + i * d;
    for (int64_t j = 0; j < d; j += LANES) store(sums + j, load(sums + j) * before + load(part->sums + i * d + j) * now);
  }
}

/* For many rows. src: queries, keys, values, mask. dst: found. Threads share rows, and take one part after the other. */
void NAMED(attend_rows)(struct tensor *operation, int thread, int threads, void *nothing) {
  const attention all = attention_of(operation);
  const int64_t d = all.d, blocks = (all.rows + rows_max - 1) / rows_max, units = blocks * all.keys->ne[3];
  row_block rows;
  findings found, part;
  for (int64_t unit = units * thread / threads; unit < units * (thread + 1) / threads; unit++) {
    take_rows(&all, unit / blocks, unit % blocks * rows_max, &rows);
    for (int64_t i = 0; i < rows.count; i++) {
      found.highest[i] = -INFINITE;
      found.totals[i] = 0;
      for (int64_t j = 0; j < d; j += LANES) store(found.sums + i * d + j, all_of(0));
    }
    for (int64_t place = 0; place < all.n; place += part_places) {
      if (!sees_any(&all, &rows, place)) continue;
      attend_part(&all, &rows, place, (fetching){1, 1}, &part);
      add_part(d, rows.count, &part, &found);
    }
    for (int64_t i = 0; i < rows.count; i++) {
      float *out = row_at(operation, all.group, rows.head, rows.first + i);
      for (int64_t j = 0; j < d; j += LANES) store(out + j, load(found.sums + i * d + j) / found.totals[i]);
    }
  }
}

/* A layer whose first blocks lie in a file: parts are read where they are attended, so that what came is still in the core's cache. */
typedef struct {
  const struct tensor *past, *tail_keys, *tail_values;
  int64_t d;
  size_t block_bytes;
} file_layer;

/* Blocks of the tail come to where they are attended, as the file has them. */
static void take_tail(const file_layer *layer, int64_t head, int64_t first, int64_t count, char *to) {
  const struct tensor *keys = layer->tail_keys, *values = layer->tail_values;
  for (int64_t block = first; block < first + count; block++) {
    const char *key = keys->data + head * keys->nb[3] + block * keys->nb[2], *number = values->data + head * values->nb[3] + block * values->nb[2];
    for (int64_t i = 0; i < file_block_places; i++, to += layer->d * sizeof(half)) __builtin_memcpy(to, key + i * keys->nb[1], layer->d * sizeof(half));
    for (int64_t j = 0; j < layer->d; j++, to += file_block_places * sizeof(half))
      __builtin_memcpy(to, number + j * values->nb[1], file_block_places * sizeof(half));
  }
}

/* Some blocks of a head, of the file or of what follows it. False if the file did not give them. */
static int bring_blocks(const file_layer *layer, int64_t head, int64_t first, int64_t count, char *to) {
  file_blocks *past = (file_blocks *)(layer->past->data + head * layer->past->nb[1]);
  const int64_t left = past->count - first, of_file = left < 0 ? 0 : left < count ? left : count;
  if (!read_blocks(past, first, of_file, layer->block_bytes, to)) return 0;
  take_tail(layer, head, first + of_file - past->count, count - of_file, to + of_file * layer->block_bytes);
  return 1;
}

/*
 * As attend_parts of places in blocks of 64. src: queries, mask, `file_blocks` of each KV head, room for a part of each thread, and what follows these blocks in
 * memory, f16 keys [d, 64, blocks, KV heads] and values [64, d, blocks, KV heads]. Where a file does not give its blocks, what is found is of no use.
 */
void NAMED(attend_file)(struct tensor *operation, int thread, int threads, void *nothing) {
  const struct tensor *queries = operation->src[0], *mask = operation->src[1];
  const int64_t d = queries->ne[0], kv_heads = operation->ne[3], group = queries->ne[1] / kv_heads, parts = operation->ne[2], units = parts * kv_heads;
  const size_t key_bytes = d * sizeof(half), value_bytes = file_block_places * sizeof(half), block_bytes = 2 * file_block_places * key_bytes;
  const file_layer layer = {operation->src[2], operation->src[4], operation->src[5], d, block_bytes};
  char *room = operation->src[3]->data + thread * (part_places / file_block_places) * block_bytes;
  for (int64_t unit = units * thread / threads; unit < units * (thread + 1) / threads; unit++) {
    const int64_t head = unit / parts, part = unit % parts, place = part * part_places, left = mask->ne[0] - place;
    const int64_t places = left < part_places ? left : part_places, blocks = places / file_block_places;
    if (!bring_blocks(&layer, head, place / file_block_places, blocks, room)) return;
    /* All heads find the part there. */
    const struct tensor keys = {.type = type_f16, .ne = {d, file_block_places, blocks, kv_heads}, .nb = {sizeof(half), key_bytes, block_bytes, 0}, .data = room};
    const struct tensor values = {.type = type_f16, .ne = {file_block_places, d, blocks, kv_heads}, .nb = {sizeof(half), value_bytes, block_bytes, 0},
                                  .data = room + file_block_places * key_bytes};
    struct tensor seen = *mask;
    seen.data += place * mask->nb[0];
    const attention all = {queries, &keys, &values, &seen, d, places, file_block_places, group, group * queries->ne[2]};
    write_part(&all, head, 0, operation->data + head * operation->nb[3] + part * operation->nb[2], operation->nb[1]);
  }
}
