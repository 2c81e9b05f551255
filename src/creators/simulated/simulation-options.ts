import { type CreatorOptions, OptionsTable } from '../options-table.ts';

const BEHAVIORS = ['ok', 'failure', 'rate_limited', 'hang', 'bad_json', 'truncated'] as const;

export interface Simulation {
  /** How long an article takes. The default is 1/100 of the four minutes of a real creator. */
  latencyMs: number;
  behavior: (typeof BEHAVIORS)[number];
  /** Attempts that misbehave; later ones are `ok`. */
  failures: number;
  retryAfterMs: number;
  words: number;
}

export const SIMULATION_OPTIONS = new OptionsTable({
  latencyMs: { type: 'integer', default: 2_400, minimum: 0, maximum: 3_600_000, description: 'Duration of one article in milliseconds.' },
  behavior: {
    type: 'string',
    default: 'ok',
    enum: BEHAVIORS,
    description: 'What happens: ok, failure (transient), rate_limited, hang (until the time limit), bad_json, truncated (transient).',
  },
  failures: { type: 'integer', default: 1, minimum: 0, maximum: 1_000, description: 'Attempts that show the behavior; later ones are ok.' },
  retryAfterMs: { type: 'integer', default: 1_000, minimum: 0, maximum: 86_400_000, description: 'Retry-After of rate_limited.' },
  words: { type: 'integer', default: 800, minimum: 50, maximum: 20_000, description: 'Length of the article.' },
});

/** The options of a request, which are complete after `withDefaults`. */
export function readSimulation(options: CreatorOptions): Simulation {
  return SIMULATION_OPTIONS.withDefaults(options) as unknown as Simulation;
}
