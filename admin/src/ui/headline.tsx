import { Fragment } from 'react';

const segmenter = 'Segmenter' in Intl ? new Intl.Segmenter('zh', { granularity: 'word' }) : null;

/** Chinese breaks anywhere, also inside of a word; a headline may break between words only. */
export function Headline({ text, language }: { text: string; language: string }) {
  if (language !== 'zh' || !segmenter) return text;
  return (
    <span style={{ wordBreak: 'keep-all', overflowWrap: 'anywhere' }}>
      {[...segmenter.segment(text)].map(({ segment, index, isWordLike }) => (
        <Fragment key={index}>
          {isWordLike && index > 0 && <wbr />}
          {segment}
        </Fragment>
      ))}
    </span>
  );
}
