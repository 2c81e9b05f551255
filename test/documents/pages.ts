import { readdirSync, readFileSync } from 'node:fs';

/** A fenced block of commands. */
export interface Block {
  /** Page and line: docs/cli.md:47. */
  readonly at: string;
  readonly page: string;
  readonly text: string;
}

const FOLDERS = ['docs', 'docs/zh', 'docs/guide'];

/** The user guide in both languages. */
export const GUIDES: readonly string[] = ['docs/guide/en.md', 'docs/guide/zh.md'];

/** The guides to the admin pages, each in English and Chinese. */
export const PAGE_GUIDES: readonly (readonly [english: string, chinese: string])[] = ['editors', 'operators'].map((name) => [
  `docs/guide/${name}.en.md`,
  `docs/guide/${name}.zh.md`,
]);

/** The pictures that a page shows, relative to it. */
export function picturesOf(page: string): string[] {
  return [...readFileSync(page, 'utf8').matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, target = '']) => target);
}

/** The pages for users, ordered by name. */
export function pages(): string[] {
  const inFolders = FOLDERS.flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`));
  return ['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', ...inFolders.filter((path) => path.endsWith('.md'))];
}

/** The fenced blocks of a page in these languages. */
export function blocksOf(page: string, languages: readonly string[]): Block[] {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)]
    .filter(([, language = '']) => languages.includes(language))
    .map((match) => ({ at: `${page}:${text.slice(0, match.index).split('\n').length}`, page, text: match[2] ?? '' }));
}

/** The code spans of a page outside of its blocks, including tables. */
export function codeSpansOf(page: string): string[] {
  const prose = readFileSync(page, 'utf8').replace(/^```[^]*?^```$/gm, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span.replaceAll('\\|', '|'));
}
