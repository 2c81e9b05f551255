import { PROVIDER_NAME } from '../definitions/check-definition.ts';
import type { Rate } from '../../engine/dispatch/limit-store.ts';
import type { YamlNode } from './yaml-node.ts';

/** The keys under which the tasks of a definition are counted. */
export interface DeclaredLimits {
  readonly provider: string | undefined;
  readonly maxRunning: number | undefined;
  readonly rate: Rate | undefined;
  /** Name of the param whose value is the key. */
  readonly countBy: string | undefined;
}

export const LIMIT_FIELDS = ['provider', 'maxRunning', 'rate', 'countBy'] as const;

const MOST = 1_000_000;
const DAY_MS = 86_400_000;

export function readLimits(fields: { [K in (typeof LIMIT_FIELDS)[number]]?: YamlNode }, params: readonly string[]): DeclaredLimits {
  const countBy = fields.countBy?.text('the name of a param');
  if (countBy && !params.includes(countBy))
    fields.countBy?.reject('is no param of the task', `Use one of its params: ${params.join(', ') || 'it has none'}`);
  return {
    provider: fields.provider?.text('the name of a service, in lower case', PROVIDER_NAME),
    maxRunning: fields.maxRunning?.integer(0, MOST),
    rate: fields.rate && readRate(fields.rate),
    countBy,
  };
}

function readRate(place: YamlNode): Rate {
  const { count, perMs } = place.fields(['count', 'perMs'], ['count', 'perMs']);
  return { count: count?.integer(1, MOST) ?? 1, perMs: perMs?.integer(1, DAY_MS) ?? 1 };
}
