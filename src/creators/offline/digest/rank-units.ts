export interface RankingInput {
  /** The terms of each unit, folded. */
  units: readonly (readonly string[])[];
  /** Units in the paragraph or under the heading of one on the topic get a share of its closeness. */
  groups: readonly { paragraph: string; section: string }[];
  /** The weights of the terms in the topic and the keywords. */
  focus: ReadonlyMap<string, number>;
  /** 0–1 per unit: how clearly it gives what the topic asks for; absent when the topic is no question. */
  answers?: readonly number[];
  /** Indexes of the units that may be quoted; absent means all. */
  eligible?: ReadonlySet<number>;
  /** Indexes of units that are compared whatever their score. */
  preferred?: ReadonlySet<number>;
}

export interface Ranking {
  /** Indexes of the compared units: the best by TF-IDF, in their original order. */
  indexes: number[];
  /** 0–1.5, one per index in `indexes`. */
  scores: number[];
  /** 0–1, by positions in `indexes`. */
  similarity(a: number, b: number): number;
}

/** All pairs are compared: 600 units need 360,000 cells (2.9 MB), 5,000 would need 200 MB. */
export const MAX_COMPARED = 600;
const DAMPING = 0.85;
const ROUNDS = 30;

type Vector = Map<string, number>;

/** The shares of closeness that a unit gets from the best one of its paragraph and of its section. */
const BESIDE = { paragraph: 0.35, section: 0.2 };

/** An answer that is close to the topic gets all of this, and one that shares no word with it gets 1 - CLOSE of it. */
const ANSWER_WEIGHT = 0.9;
const CLOSE = 0.25;
/** The share of its neighbour's answer that a unit gets. */
const ANSWER_BESIDE = 0.4;

/**
 * Combines four scores: TF-IDF similarity to the whole, TextRank among the best 600, closeness to the topic, and whether
 * the unit gives what the topic asks for.
 */
export function rankUnits({ units, groups, focus, answers = [], eligible, preferred }: RankingInput): Ranking {
  const idf = inverseFrequencies(units);
  const vectors = tfIdf(units, idf);
  const centrality = unit(closenessToWhole(vectors));
  const attention = unit(closenessToFocus(units, idf, groups, focus));
  const near = spread(answers, groups);
  const answering = units.map((_, index) => ANSWER_WEIGHT * (near[index] ?? 0) * (1 - CLOSE + CLOSE * (attention[index] ?? 0)));
  const rankOf = (index: number): number => (preferred?.has(index) ? 1 : 0);
  const indexes = units
    .map((_, index) => ({ score: (centrality[index] ?? 0) + (attention[index] ?? 0) + (answering[index] ?? 0), index }))
    .filter(({ index }) => eligible === undefined || eligible.has(index))
    .sort((a, b) => rankOf(b.index) - rankOf(a.index) || b.score - a.score || a.index - b.index)
    .slice(0, MAX_COMPARED)
    .map(({ index }) => index)
    .sort((a, b) => a - b);

  const size = indexes.length;
  const matrix = similarities(indexes.map((index) => vectors[index] ?? new Map<string, number>()));
  const votes = unit(textRank(matrix, size));
  // For a question it matters less what most sentences say.
  const isQuestion = answers.length > 0;
  const scores = indexes.map((index, at) =>
    isQuestion
      ? 0.12 * (votes[at] ?? 0) + 0.08 * (centrality[index] ?? 0) + 0.4 * (attention[index] ?? 0) + (answering[index] ?? 0)
      : 0.3 * (votes[at] ?? 0) + 0.2 * (centrality[index] ?? 0) + 0.5 * (attention[index] ?? 0),
  );
  return { indexes, scores, similarity: (a, b) => matrix[a * size + b] ?? 0 };
}

/** A unit gets a share of the clearest answer beside it: a paragraph seldom answers a question with one sentence. */
function spread(answers: readonly number[], groups: RankingInput['groups']): number[] {
  const reach = [-2, -1, 1, 2];
  return answers.map((own, index) => {
    const beside = reach
      .filter((step) => groups[index + step]?.paragraph === groups[index]?.paragraph)
      .map((step) => answers[index + step] ?? 0);
    return Math.min(1, own + ANSWER_BESIDE * Math.max(0, ...beside));
  });
}

/** The weight of the focus terms in a unit, plus a share of the best in its paragraph and its section. */
function closenessToFocus(
  units: RankingInput['units'],
  idf: ReadonlyMap<string, number>,
  groups: RankingInput['groups'],
  focus: ReadonlyMap<string, number>,
): number[] {
  // Presence, not frequency or share: a long sentence that names the topic is as close to it as a short one.
  const own = units.map((terms) => {
    let sum = 0;
    for (const term of new Set(terms)) sum += (focus.get(term) ?? 0) * (idf.get(term) ?? 0);
    return sum;
  });
  const best = new Map<string, number>();
  for (const [index, { paragraph, section }] of groups.entries()) {
    for (const group of [paragraph, section]) best.set(group, Math.max(best.get(group) ?? 0, own[index] ?? 0));
  }
  return own.map((weight, index) => {
    const { paragraph = '', section = '' } = groups[index] ?? {};
    return weight + BESIDE.paragraph * (best.get(paragraph) ?? 0) + BESIDE.section * (best.get(section) ?? 0);
  });
}

function inverseFrequencies(units: RankingInput['units']): Map<string, number> {
  const frequency = new Map<string, number>();
  for (const terms of units) for (const term of new Set(terms)) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  return new Map([...frequency].map(([term, count]) => [term, Math.log(1 + units.length / count)]));
}

/** Unit vectors. */
function tfIdf(units: RankingInput['units'], idf: ReadonlyMap<string, number>): Vector[] {
  return units.map((terms) => {
    const vector: Vector = new Map();
    for (const term of terms) vector.set(term, (vector.get(term) ?? 0) + (idf.get(term) ?? 0));
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
