import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/telemetry/metrics.ts';
import { InstallationMetrics } from './installation-metrics.ts';

/** What a scrape of Prometheus gets. */
@Injectable()
export class MetricsService {
  constructor(
    private readonly metrics: Metrics,
    private readonly installation: InstallationMetrics,
  ) {}

  get contentType(): string {
    return this.metrics.contentType;
  }

  async expose(): Promise<string> {
    await this.installation.refresh();
    return this.metrics.expose();
  }
}
