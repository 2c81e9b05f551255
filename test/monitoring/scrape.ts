import { MetricsService } from '../../src/monitoring/metrics/metrics.service.ts';
import { Metrics } from '../../src/platform/telemetry/metrics.ts';

interface Providers {
  get<T>(type: new (...parameters: never[]) => T): T;
}

/** The value of each series, by its line without the value. */
export function seriesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}

/** The names of all metrics, also of those without a series. */
export const namesOf = (text: string): string[] => [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);

/** Of an engine, which has no metrics of the installation. */
export const countedBy = async (engine: Providers): Promise<Map<string, number>> => seriesOf(await engine.get(Metrics).expose());

export const exposedBy = (app: Providers): Promise<string> => app.get(MetricsService).expose();
