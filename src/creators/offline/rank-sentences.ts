export interface RankingInput {
  /** The terms of each sentence, folded. */
  sentences: readonly (readonly string[])[];
  /** The group (heading) of each sentence. Sentences beside one on the topic get a share of its closeness. */
  groups: readonly string[];
  /** The weights of the terms in the topic and the keywords. */
  focus: ReadonlyMap<string, number>;
  /** Indexes of the sentences that may be quoted; absent means all. */
  eligible?: ReadonlySet<number>;
  /** Indexes of sentences that are compared whatever their score. */
  preferred?: ReadonlySet<number>;
}

export interface Ranking {
  /** Indexes of the compared sentences: the best by TF-IDF, in their original order. */
  indexes: number[];
  /** 0–1, one per index in `indexes`. */
  scores: number[];
  /** 0–1, by positions in `indexes`. */
  similarity(a: number, b: number): number;
}

/** All pairs are compared: 600 sentences need 360,000 cells (2.9 MB), 5,000 would need 200 MB. */
export const MAX_COMPARED = 600;
const DAMPING = 0.85;
const ROUNDS = 30;

type Vector = Map<string, number>;

/** The share of its neighbour's closeness that a sentence gets. */
const BESIDE = 0.35;

/** Combines three scores: TF-IDF similarity to the whole, TextRank among the best 600, and closeness to the topic. */
export function rankSentences({ sentences, groups, focus, eligible, preferred }: RankingInput): Ranking {
  const vectors = tfIdf(sentences);
  const centrality = unit(closenessToWhole(vectors));
  const attention = unit(closenessToFocus(vectors, groups, focus));
  const rankOf = (index: number): number => (preferred?.has(index) ? 1 : 0);
  const indexes = sentences
    .map((_, index) => ({ score: (centrality[index] ?? 0) + (attention[index] ?? 0), index }))
    .filter(({ index }) => eligible === undefined || eligible.has(index))
    .sort((a, b) => rankOf(b.index) - rankOf(a.index) || b.score - a.score || a.index - b.index)
    .slice(0, MAX_COMPARED)
    .map(({ index }) => index)
    .sort((a, b) => a - b);

  const size = indexes.length;
  const matrix = similarities(indexes.map((index) => vectors[index] ?? new Map<string, number>()));
  const votes = unit(textRank(matrix, size));
  const scores = indexes.map((index, at) => 0.3 * (votes[at] ?? 0) + 0.2 * (centrality[index] ?? 0) + 0.5 * (attention[index] ?? 0));
  return { indexes, scores, similarity: (a, b) => matrix[a * size + b] ?? 0 };
}

/** The weight of the focus terms in a sentence, plus a share of the best in its group. */
function closenessToFocus(vectors: readonly Vector[], groups: readonly string[], focus: ReadonlyMap<string, number>): number[] {
  const own = vectors.map((vector) => {
    let sum = 0;
    for (const [term, weight] of vector) sum += weight * (focus.get(term) ?? 0);
    return sum;
  });
  const best = new Map<string, number>();
  for (const [index, group] of groups.entries()) best.set(group, Math.max(best.get(group) ?? 0, own[index] ?? 0));
  return own.map((weight, index) => weight + BESIDE * (best.get(groups[index] ?? '') ?? 0));
}

/** Unit vectors. */
function tfIdf(sentences: readonly (readonly string[])[]): Vector[] {
  const frequency = new Map<string, number>();
  for (const terms of sentences) for (const term of new Set(terms)) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  return sentences.map((terms) => {
    const vector: Vector = new Map();
    for (const term of terms) vector.set(term, (vector.get(term) ?? 0) + Math.log(1 + sentences.length / (frequency.get(term) ?? 1)));
    const length = Math.hypot(...vector.values());
    for (const [term, weight] of vector) vector.set(term, length === 0 ? 0 : weight / length);
    return vector;
  });
}

function closenessToWhole(vectors: readonly Vector[]): number[] {
  const whole: Vector = new Map();
  for (const vector of vectors) for (const [term, weight] of vector) whole.set(term, (whole.get(term) ?? 0) + weight);
  return vectors.map((vector) => {
    let sum = 0;
    for (const [term, weight] of vector) sum += weight * (whole.get(term) ?? 0);
    return sum;
  });
}

/** Cosine similarities, row by row. Only pairs with a common term are visited; most have none. */
function similarities(vectors: readonly Vector[]): Float64Array {
  const size = vectors.length;
  const matrix = new Float64Array(size * size);
  const postings = new Map<string, [number, number][]>();
  for (const [row, vector] of vectors.entries()) {
    for (const [term, weight] of vector) {
      const earlier = postings.get(term) ?? [];
      for (const [column, other] of earlier) {
        const sum = (matrix[row * size + column] ?? 0) + weight * other;
        matrix[row * size + column] = sum;
        matrix[column * size + row] = sum;
      }
      earlier.push([row, weight]);
      postings.set(term, earlier);
    }
  }
  return matrix;
}

function textRank(matrix: Float64Array, size: number): number[] {
  const outgoing = Array.from({ length: size }, (_, row) =>
    matrix.subarray(row * size, (row + 1) * size).reduce((sum, each) => sum + each, 0),
  );
  let ranks = new Float64Array(size).fill(1);
  for (let round = 0; round < ROUNDS; round += 1) {
    const shares = ranks.map((rank, row) => rank / (outgoing[row] || 1));
    ranks = ranks.map((_, row) => {
      let sum = 0;
      for (let column = 0; column < size; column += 1) sum += (matrix[row * size + column] ?? 0) * (shares[column] ?? 0);
      return 1 - DAMPING + DAMPING * sum;
    });
  }
  return Array.from(ranks);
}

/** Scales the values to a maximum of 1. */
function unit(values: readonly number[]): number[] {
  const greatest = values.reduce((most, value) => Math.max(most, value), 0);
  return greatest === 0 ? values.map(() => 0) : values.map((value) => value / greatest);
}
