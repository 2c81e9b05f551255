import { escapeMarkdown } from '../../../core/text/markdown-text.ts';
import type { CreationLanguage } from '../../creator.ts';
import type { LoadedData } from './data-source.ts';

interface DataWording {
  sources: string;
  inAccount: string;
  closing: string;
  title(source: string, value: string | null): string;
  /** Name, place, date and hash of a source as Markdown. */
  source(data: LoadedData, date: string | null): string;
}

/** The sentences of a data article that its template does not hold. */
export const DATA_WORDING: Readonly<Record<CreationLanguage, DataWording>> = {
  en: {
    sources: 'Data',
    inAccount: 'in the account',
    closing:
      'How this was made: ContentHub’s offline creator filled a template with the data above. Every figure is a cell or was computed from cells. No model took part.',
    title: (source, value) => (value === null ? source : `${source}: ${value}`),
    source: (data, date) => describe(data, date, 'in the account', ', '),
  },
  zh: {
    sources: '数据来源',
    inAccount: '账号内的数据',
    closing: '本文的制作方式：由 ContentHub 离线创作器把上述数据填入模板。每个数字都是原始单元格，或由单元格计算得出。没有模型参与。',
    title: (source, value) => (value === null ? source : `${source}：${value}`),
    source: (data, date) => describe(data, date, '账号内的数据', '，'),
  },
};

function describe({ name, location, sha256 }: LoadedData, date: string | null, inAccount: string, separator: string): string {
  const isWeb = location !== null && /^https?:\/\//i.test(location);
  const place = isWeb ? null : location === null ? inAccount : `\`${location.replaceAll('`', '')}\``;
  const title = isWeb ? `[${escapeMarkdown(name)}](<${encodeURI(location)}>)` : escapeMarkdown(name);
  return [title, place, date, `SHA-256 ${sha256.slice(0, 12)}`].filter((part) => part !== null).join(separator);
}
