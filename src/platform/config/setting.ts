import { isIP } from 'node:net';

/** One row of the settings table: default, unit, documentation and parser of a variable. */
export interface Setting<T> {
  parse(text: string): T;
  fallback: T;
  /** Never printed, and removed from every log line. */
  secret: boolean;
  /** Set by the program, not by operators: missing in .env.example. */
  internal: boolean;
  unit: string | null;
  doc: string;
  /** The accepted values in words, for the hint about a rejected one. */
  accepts: string;
}

/** A text that is not a value of the setting. The message completes the sentence "PORT …". */
export class InvalidSetting extends Error {}

type Extras = Partial<Pick<Setting<unknown>, 'secret' | 'internal' | 'unit'>>;

function setting<T>(parse: (text: string) => T, fallback: T, accepts: string, doc: string, extras: Extras = {}): Setting<T> {
  return { parse, fallback, accepts, doc, secret: false, internal: false, unit: null, ...extras };
}

export function whole(fallback: number, range: { min: number; max: number }, doc: string, extras?: Extras): Setting<number> {
  const accepts = `a whole number from ${range.min} to ${range.max}`;
  const parse = (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= range.min && value <= range.max)) throw new InvalidSetting(`is not ${accepts}`);
    return value;
  };
  return setting(parse, fallback, accepts, doc, extras);
}

/** A part of a whole, such as 0.1. */
export function share(fallback: number, doc: string): Setting<number> {
  const accepts = 'a number from 0 to 1';
  const parse = (text: string): number => {
    const value = /^\d(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= 0 && value <= 1)) throw new InvalidSetting(`is not ${accepts}`);
    return value;
  };
  return setting(parse, fallback, accepts, doc);
}

/** A TCP port, or no port. */
export function portOrOff(fallback: number, doc: string): Setting<number | 'off'> {
  const accepts = 'a whole number from 0 to 65535, or off';
  const parse = (text: string): number | 'off' => {
    if (text.toLowerCase() === 'off') return 'off';
    if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidSetting(`is not ${accepts}`);
    return Number(text);
  };
  return setting<number | 'off'>(parse, fallback, accepts, doc);
}

/** A whole number whose default depends on other settings. */
export function optionalWhole(range: { min: number; max: number }, doc: string, extras?: Extras): Setting<number | undefined> {
  return { ...whole(range.min, range, doc, extras), fallback: undefined };
}

const YES = new Set(['true', 'yes', 'on', '1']);
const NO = new Set(['false', 'no', 'off', '0']);

function parseFlag(text: string): boolean {
  const word = text.toLowerCase();
  if (!YES.has(word) && !NO.has(word)) throw new InvalidSetting('is neither true nor false');
  return YES.has(word);
}

export function flag(fallback: boolean, doc: string, extras?: Extras): Setting<boolean> {
  return setting(parseFlag, fallback, 'true or false', doc, extras);
}

/** A flag whose default depends on other settings. */
export function optionalFlag(doc: string): Setting<boolean | undefined> {
  return setting<boolean | undefined>(parseFlag, undefined, 'true or false', doc);
}

export function choice<const T extends string>(values: readonly T[], fallback: NoInfer<T>, doc: string): Setting<T> {
  const accepts = values.join(', ');
  return setting<T>((text) => oneOf(values, text, accepts), fallback, `one of ${accepts}`, doc);
}

export function choices<const T extends string>(values: readonly T[], fallback: NoInfer<T>[], doc: string): Setting<T[]> {
  const accepts = values.join(', ');
  const parse = (text: string): T[] => [...new Set(items(text).map((item) => oneOf(values, item, accepts)))];
  return setting(parse, fallback, `a comma list of ${accepts}`, doc);
}

function oneOf<T extends string>(values: readonly T[], text: string, accepts: string): T {
  const value = values.find((candidate) => candidate === text);
  if (value === undefined) throw new InvalidSetting(`has a value that is not one of ${accepts}`);
  return value;
}

export function list(fallback: string[], doc: string): Setting<string[]> {
  return setting(items, fallback, 'a comma list', doc);
}

function items(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** `name=number` pairs. */
export function optionalAmounts(range: { min: number; max: number }, doc: string): Setting<Readonly<Record<string, number>> | undefined> {
  const accepts = `a comma list of name=number with numbers from ${range.min} to ${range.max}`;
  const parse = (text: string): Record<string, number> =>
    Object.fromEntries(
      items(text).map((item) => {
        const [, name, digits] = /^([a-z][a-z0-9-]*)\s*=\s*(\d{1,9})$/.exec(item) ?? [];
        if (name === undefined || !(Number(digits) >= range.min && Number(digits) <= range.max))
          throw new InvalidSetting(`is not ${accepts}`);
        return [name, Number(digits)];
      }),
    );
  return setting<Readonly<Record<string, number>> | undefined>(parse, undefined, accepts, doc);
}

/** `name=choice` pairs, in their order. A name may contain anything but a comma and an equals sign. */
export function optionalPairs<const T extends string>(values: readonly T[], doc: string): Setting<readonly (readonly [string, T])[]> {
  const accepts = `a comma list of name=one of ${values.join(', ')}`;
  const parse = (text: string): (readonly [string, T])[] =>
    items(text).map((item) => {
      const [, name, value = ''] = /^([^=]+)=(.*)$/.exec(item) ?? [];
      if (name === undefined) throw new InvalidSetting(`is not ${accepts}`);
      return [name.trim(), oneOf(values, value.trim(), values.join(', '))];
    });
  return setting<readonly (readonly [string, T])[]>(parse, [], accepts, doc);
}

/** One of the values, or none. */
export function optionalChoice<const T extends string>(values: readonly T[], doc: string): Setting<T | undefined> {
  const accepts = values.join(', ');
  return setting<T | undefined>((text) => oneOf(values, text, accepts), undefined, `one of ${accepts}`, doc);
}

export function text(fallback: string, doc: string): Setting<string> {
  return setting((value) => value, fallback, 'a text', doc);
}

export function optionalText(doc: string, extras?: Extras): Setting<string | undefined> {
  return setting<string | undefined>((value) => value, undefined, 'a text', doc, extras);
}

/** An amount of money, such as `0.50 USD`. */
export function optionalCost(doc: string): Setting<{ readonly amount: number; readonly currency: string } | undefined> {
  const accepts = 'an amount from 0 to 100000 and a currency, such as 0.50 USD';
  const parse = (value: string): { amount: number; currency: string } => {
    const [, amount, currency] = /^(\d{1,6}(?:\.\d{1,6})?) ?([A-Z]{3})$/.exec(value) ?? [];
    if (amount === undefined || currency === undefined || Number(amount) > 100_000) throw new InvalidSetting(`is not ${accepts}`);
    return { amount: Number(amount), currency };
  };
  return setting<{ amount: number; currency: string } | undefined>(parse, undefined, accepts, doc);
}

/** An address with one of these schemes (`redis:`). It may contain a password; the caller sets `secret`. */
export function optionalUrl(schemes: string[], doc: string, extras?: Extras): Setting<string | undefined> {
  const accepts = `an address that starts with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`;
  const parse = (value: string): string => {
    if (!URL.canParse(value) || !schemes.includes(new URL(value).protocol)) throw new InvalidSetting(`is not ${accepts}`);
    return value;
  };
  return setting<string | undefined>(parse, undefined, accepts, doc, extras);
}

/** The public address of the API. */
export function publicUrl(doc: string): Setting<string | undefined> {
  const accepts = 'an address that starts with https:// or http://, without user, query and fragment';
  const parse = (value: string): string => {
    const { protocol, username, password, search, hash } = URL.canParse(value) ? new URL(value) : new URL('invalid:');
    const plain = username + password + search + hash === '';
    if (!['https:', 'http:'].includes(protocol) || !plain) throw new InvalidSetting(`is not ${accepts}`);
    return value;
  };
  return setting<string | undefined>(parse, undefined, accepts, doc);
}

/** A number of proxies, or their addresses. No value trusts every sender. */
export function trustedProxy(doc: string): Setting<number | string[] | undefined> {
  const accepts = 'the number of proxies in a row (1 to 10), or a comma list of their addresses and networks, such as 10.0.0.0/8';
  const parse = (value: string): number | string[] => {
    if (/^([1-9]|10)$/.test(value)) return Number(value);
    const networks = items(value);
    if (networks.length === 0 || !networks.every(isNetwork)) throw new InvalidSetting(`is not ${accepts}`);
    return networks;
  };
  return setting<number | string[] | undefined>(parse, undefined, accepts, doc);
}

function isNetwork(text: string): boolean {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  return family !== 0 && (bits === undefined || (Number(bits) >= 1 && Number(bits) <= most)); // /0 would trust every sender
}
