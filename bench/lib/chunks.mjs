/** Calls `store` with the numbers 0 to count - 1, in chunks of at most `size`, one call after the other. */
export async function inChunks(count, size, store) {
  for (let from = 0; from < count; from += size) await store(Array.from({ length: Math.min(size, count - from) }, (_, i) => from + i));
}
