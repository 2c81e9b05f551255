/** One-sided 95 % bound of the share of bad ones, given k bad of n: the Poisson mean under which k or fewer have a probability of 5 %. */
export function upperBound(k: number, n: number): number {
  let [low, high] = [0, k * 2 + 10];
  for (let i = 0; i < 60; i++) {
    const mean = (low + high) / 2;
    if (atMost(k, mean) > 0.05) low = mean;
    else high = mean;
  }
  return high / n;
}

function atMost(k: number, mean: number): number {
  let term = Math.exp(-mean);
  let sum = term;
  for (let i = 1; i <= k; i++) {
    term *= mean / i;
    sum += term;
  }
  return sum;
}
