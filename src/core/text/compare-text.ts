/** The order of texts by their UTF-16 code units, for `sort`: the same on every machine. */
export function compareText(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}
