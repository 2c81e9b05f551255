export interface Palette {
  ground: string;
  text: string;
  accent: string;
  shapes: readonly [string, string, string];
}

const TILE = 105;
const ROWS = 6;
const COLUMNS = 4;
const LEFT = 1200 - COLUMNS * TILE;

/** Draws quarter circles, discs and leaves in a grid on the right, sparser towards the text. */
export function coverPattern(seed: number, { shapes, ground }: Palette): string {
  const next = randomFrom(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T;
  const tiles: string[] = [];
  for (let row = 0; row < ROWS; row += 1) {
    for (let column = 0; column < COLUMNS; column += 1) {
      const filled = next() < 0.45 + 0.2 * column;
      const tile = pick(TILES)(pick(shapes), pick([ground, ...shapes]), pick([0, 90, 180, 270]));
      if (filled) tiles.push(`<g transform="translate(${LEFT + column * TILE} ${row * TILE})">${tile}</g>`);
    }
  }
  return tiles.join('');
}

type Tile = (colour: string, second: string, turn: number) => string;

const half = TILE / 2;
const turned = (turn: number, shape: string): string => `<g transform="rotate(${turn} ${half} ${half})">${shape}</g>`;
const quarter = (radius: number, colour: string): string =>
  `<path d="M0 0H${radius}A${radius} ${radius} 0 0 1 0 ${radius}Z" fill="${colour}"/>`;

const TILES: readonly Tile[] = [
  (colour, _, turn) => turned(turn, quarter(TILE, colour)),
  (colour, second, turn) => turned(turn, quarter(TILE, colour) + quarter(half, second)),
  (colour, second) =>
    `<circle cx="${half}" cy="${half}" r="${half}" fill="${colour}"/><circle cx="${half}" cy="${half}" r="${half / 2.4}" fill="${second}"/>`,
  (colour, _, turn) => turned(turn, `<path d="M0 0A${TILE} ${TILE} 0 0 1 ${TILE} ${TILE}A${TILE} ${TILE} 0 0 1 0 0Z" fill="${colour}"/>`),
  (colour, second, turn) => turned(turn, `<rect width="${TILE}" height="${TILE}" fill="${colour}"/>${quarter(TILE, second)}`),
  (colour, _, turn) => turned(turn, `<path d="M0 0H${TILE}V${half}A${half} ${half} 0 0 1 0 ${half}Z" fill="${colour}"/>`),
];

/** Mulberry32: small, and equal on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
