import { useT } from '../i18n/i18n.tsx';

/** What a code of an error means, in words; the code itself on hover, and where no words are known. */
export function ErrorCode({ code }: { code: string }) {
  const { errorCodes } = useT();
  const words = Object.hasOwn(errorCodes, code) ? errorCodes[code] : undefined;
  return words === undefined ? <b className="mono">{code}</b> : <b title={code}>{words}</b>;
}
