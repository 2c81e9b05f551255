import type { FaultWindow } from './fault-plan.ts';
import type { Indicator, Probe } from './probes.ts';
import { upperBound } from './upper-bound.ts';

/** A line for each indicator, and one for each bad probe with the faults of its time. */
export function printProbes(indicators: readonly Indicator[], probes: readonly Probe[], windows: readonly FaultWindow[]): void {
  const faults = Map.groupBy(windows, ({ fault }) => fault);
  console.log([...faults].map(([fault, of]) => `${fault} ${of.length} ×`).join(', '));
  for (const { name } of indicators) {
    const own = probes.filter((probe) => probe.name === name);
    const bad = own.filter((probe) => probe.bad !== undefined);
    const times = own.map(({ ms }) => ms).sort((a, b) => a - b);
    const [p50, p99] = [0.5, 0.99].map((q) => times[Math.floor(times.length * q)]);
    const least = (1 - upperBound(bad.length, own.length)) * 100;
    console.log(
      `${name.padEnd(10)} ${own.length} probes, ${bad.length} bad, p50 ${p50} ms, p99 ${p99} ms; available ≥ ${least.toFixed(3)} % (95 % confidence)`,
    );
    for (const { at, bad: why } of bad) {
      const during = windows.filter(({ from, to }) => at >= from - 1_000 && at <= to + 1_000).map(({ fault }) => fault);
      console.log(`    ${new Date(at).toISOString()} ${why} (${during.join(', ') || 'no fault'})`);
    }
  }
}
