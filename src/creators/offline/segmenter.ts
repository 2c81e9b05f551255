import type { Jieba } from '@node-rs/jieba';
import { stemEnglish } from '../../core/text/stem.ts';
import type { CreationLanguage } from '../creator.ts';
import { STOP_WORDS } from './stop-words.ts';

/** Splits sentences of one language into words. */
export interface Segmenter {
  name: 'jieba' | 'intl' | 'words';
  /** Content words, folded for comparison. */
  words(sentence: string): string[];
  /** Candidates for titles: nouns and runs of nouns, as written. */
  terms(sentence: string): string[];
  /** The content words of a short text, with their written form. Single Chinese characters count too. */
  topicWords(topic: string): TopicWord[];
}

/** A word of a topic: `key` as `Segmenter.words` returns it, `written` as the editor wrote it. */
export interface TopicWord {
  key: string;
  written: string;
}

const HAN = /\p{sc=Han}/u;
const ENGLISH_WORD = /[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu;

/** Segments Chinese with jieba, or with Intl.Segmenter where the native module does not load. English is split at spaces. */
export async function loadSegmenter(language: CreationLanguage): Promise<Segmenter> {
  if (language === 'en') return { name: 'words', words: englishWords, terms: englishTerms, topicWords: englishTopicWords };
  const jieba = await loadJieba().catch(() => null);
  return jieba === null ? intlSegmenter() : jiebaSegmenter(jieba);
}

/** The dictionary takes 150 ms to build and 40 MB of memory. A weak reference lets the garbage collector free it. */
let kept: WeakRef<Jieba> | undefined;

async function loadJieba(): Promise<Jieba> {
  const alive = kept?.deref();
  if (alive) return alive;
  const [{ Jieba }, { dict }] = await Promise.all([import('@node-rs/jieba'), import('@node-rs/jieba/dict.js')]);
  const jieba = Jieba.withDict(dict);
  kept = new WeakRef(jieba);
  return jieba;
}

function jiebaSegmenter(jieba: Jieba): Segmenter {
  return {
    name: 'jieba',
    words: (sentence) => contentWords(jieba.cut(sentence, true)),
    topicWords: (topic) => chineseTopicWords(jieba.cut(topic, true)),
    terms: (sentence) => {
      const terms: string[] = [];
      let run = '';
      for (const { word, tag } of [...jieba.tag(sentence, true), { word: '', tag: 'x' }]) {
        // Joins nouns, verbal nouns and Latin names: 储能 + 电站 → 储能电站.
        const noun = /^(?:n(?!r)|vn|eng|l$|j)/.test(tag) && !STOP_WORDS.has(word) && /[\p{L}]/u.test(word);
        if (noun && run.length + word.length <= 8) {
          run += word;
          continue;
        }
        if (run.length >= 2) terms.push(run);
        run = noun ? word : '';
      }
      return terms;
    },
  };
}

export function intlSegmenter(): Segmenter {
  const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });
  const cut = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);
  const words = (sentence: string): string[] => contentWords(cut(sentence));
  return { name: 'intl', words, terms: words, topicWords: (topic) => chineseTopicWords(cut(topic)) };
}

function contentWords(words: readonly string[]): string[] {
  return words
    .map((word) => word.trim().toLowerCase())
    .filter((word) => !STOP_WORDS.has(word) && /[\p{L}\p{N}]/u.test(word) && (word.length > 1 || !HAN.test(word)));
}

/** 不重 is the character 重 with a negation; the sources may use it without one. */
function chineseTopicWords(words: readonly string[]): TopicWord[] {
  return words
    .map((word) => word.trim().replace(/^不(?=\p{sc=Han}$)/u, ''))
    .filter((word) => !STOP_WORDS.has(word.toLowerCase()) && /[\p{L}\p{N}]/u.test(word))
    .map((word) => ({ key: word.toLowerCase(), written: word }));
}

function englishWords(sentence: string): string[] {
  return englishTopicWords(sentence).map(({ key }) => key);
}

function englishTopicWords(text: string): TopicWord[] {
  return Array.from(text.matchAll(ENGLISH_WORD), ([written]) => ({ word: written.toLowerCase(), written }))
    .filter(({ word }) => word.length > 1 && !STOP_WORDS.has(word))
    .map(({ word, written }) => ({ key: stemEnglish(word), written }));
}

/** Single words, and runs of two or three words without a stop word or punctuation. */
function englishTerms(sentence: string): string[] {
  return sentence.split(/[^\p{L}\p{N}'’\s-]+/u).flatMap((clause) => {
    const words = clause.match(ENGLISH_WORD) ?? [];
    return words.flatMap((_, from) =>
      [1, 2, 3].flatMap((length) => {
        const run = words.slice(from, from + length);
        const plain =
          run.length === length && run.every((word) => word.length > 2 && !STOP_WORDS.has(word.toLowerCase()) && !/^\d/.test(word));
        return plain ? [run.join(' ')] : [];
      }),
    );
  });
}
