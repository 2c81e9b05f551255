/** With separators of thousands. A number below 1,000 has none, and the first format of a page takes milliseconds to construct. */
export const count = (n: number): string => (n < 1_000 ? String(n) : n.toLocaleString('en'));

export const plural = (n: number, one: string, many: string): string => `${count(n)} ${n === 1 ? one : many}`;
