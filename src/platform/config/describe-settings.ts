import { propertyOf, type Settings } from './settings.ts';
import { SETTINGS_TABLE } from './settings-table.ts';

export interface DescribedSetting {
  readonly name: string;
  readonly value: string | null;
  readonly secret: boolean;
  readonly unit: string | null;
  readonly doc: string;
}

const MASK = '***';
/** User and password of an address. */
const CREDENTIALS = /(\w+:\/\/)[^/@\s]*@/g;

/** Every setting that an operator may set, in the order of .env.example. Of a secret only whether it is set. */
export function describeSettings(settings: Settings): DescribedSetting[] {
  return Object.entries(SETTINGS_TABLE).flatMap(([name, { secret, internal, unit, doc }]) => {
    if (internal) return [];
    const value: unknown = Reflect.get(settings, propertyOf(name));
    return [{ name, value: secret ? (isEmpty(value) ? null : MASK) : textOf(value), secret, unit, doc }];
  });
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function textOf(value: unknown): string | null {
  if (isEmpty(value)) return null;
  const text = Array.isArray(value) ? value.join(',') : typeof value === 'string' ? value : JSON.stringify(value);
  return text.replaceAll(CREDENTIALS, `$1${MASK}@`);
}
