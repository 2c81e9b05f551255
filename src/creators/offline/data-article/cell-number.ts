/** An exact decimal number: `units` × 10^-`decimals`. */
export interface Decimal {
  units: bigint;
  decimals: number;
}

/** How the numbers of a column are written. */
export interface NumberStyle {
  /** A currency, before the number. */
  prefix: string;
  /** A percent or degree sign. */
  suffix: string;
  /** Thousands are separated by commas. */
  isGrouped: boolean;
}

export interface CellNumber extends NumberStyle {
  value: Decimal;
}

const CELL = /^([-+]?)([$€£¥]?)([-+]?)((?:\d{1,3}(?:,\d{3})+|\d{1,30}))(?:\.(\d{1,15}))?(%|‰|°C|°F|°)?$/;

/** Reads `1,234.50`, `-3`, `¥3.5`, `12 %` or `21 ℃`, also in full-width characters; null for any other text. */
export function readCellNumber(cell: string): CellNumber | null {
  const text = cell.normalize('NFKC').replace(/[−–]/g, '-').replace(/\s/g, '');
  const found = CELL.exec(text);
  if (found === null) return null;
  const [, before = '', prefix = '', after = '', whole = '', fraction = '', suffix = ''] = found;
  if (before !== '' && after !== '') return null;
  const units = BigInt(whole.replaceAll(',', '') + fraction);
  return {
    value: { units: before + after === '-' ? -units : units, decimals: fraction.length },
    prefix,
    suffix,
    isGrouped: whole.includes(','),
  };
}

/** The units of a number with more decimals. */
export function unitsAt({ units, decimals }: Decimal, wanted: number): bigint {
  return units * 10n ** BigInt(wanted - decimals);
}

/** `dividend / divisor`, rounded half away from zero to a whole number. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const isNegative = dividend < 0n !== divisor < 0n;
  const [a, b] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  const quotient = (2n * a + b) / (2n * b);
  return isNegative ? -quotient : quotient;
}

/** Writes a number in the style of its column. */
export function writeDecimal({ units, decimals }: Decimal, { prefix, suffix, isGrouped }: NumberStyle): string {
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = decimals === 0 ? '' : `.${digits.slice(-decimals)}`;
  const grouped = isGrouped ? whole.replace(/\B(?=(?:\d{3})+$)/g, ',') : whole;
  return `${units < 0n ? '-' : ''}${prefix}${grouped}${fraction}${suffix}`;
}
