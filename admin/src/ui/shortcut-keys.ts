/** What the rules read of a KeyboardEvent. */
export interface KeyPress {
  readonly key: string;
  readonly keyCode: number;
  readonly isComposing: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}

/** How long the second key of a pair such as `g e` is waited for. */
export const PAIR_MS = 1200;

export interface PressedBefore {
  readonly key: string;
  readonly at: number;
}

/**
 * Enter or a letter that commits a candidate of an input method arrives as a keydown with isComposing, or in WebKit with key code 229
 * alone. Neither is a shortcut.
 */
export const isComposing = ({ isComposing: composing, keyCode }: Pick<KeyPress, 'isComposing' | 'keyCode'>): boolean =>
  composing || keyCode === 229;

/** `a`, `/`, `Escape`, `shift+x`, `mod+k`. */
export function nameOf({ key, ctrlKey, metaKey, shiftKey }: KeyPress): string {
  const name = key.length === 1 ? key.toLowerCase() : key;
  if (ctrlKey || metaKey) return `mod+${name}`;
  return shiftKey && /^[a-z]$/.test(name) ? `shift+${name}` : name;
}

/** The names that a key press may stand for, the first that is bound wins. Empty for a key that is no shortcut. */
export function candidatesOf(press: KeyPress, before: PressedBefore, now: number): string[] {
  if (press.altKey || isComposing(press)) return [];
  const name = nameOf(press);
  if (name.startsWith('mod+')) return [name];
  const isPair = now - before.at < PAIR_MS;
  if (isPair && (before.key === 'g' || before.key === '*')) return [`${before.key} ${name}`];
  return [name];
}
