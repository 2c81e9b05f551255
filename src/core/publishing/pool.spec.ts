import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allowedPoolEdges, POOL_STATUSES, POOL_TRANSITION_NAMES, poolDiagram, poolSourcesOf } from './pool.ts';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

it('the transition table of the pool equals that of the migration', () => {
  const [, list = ''] = /pool_transition_allowed.*?ARRAY\[(.*?)\]/s.exec(read('migrations/1796000000019-publishing.ts')) ?? [];
  const stored = [...list.matchAll(/'([^']+)'/g)].map(([, edge]) => edge);
  expect(new Set(stored)).toEqual(allowedPoolEdges());
  expect(stored).toHaveLength(allowedPoolEdges().size);
});

it('the transition table of the pool equals the diagram in docs/publishing.md', () => {
  expect(read('docs/publishing.md')).toContain(poolDiagram());
});

it('an entry leaves outcome_unknown only when the outcome is known', () => {
  const leaving = [...allowedPoolEdges()].filter((edge) => edge.includes(':outcome_unknown>')).toSorted((a, b) => a.localeCompare(b));
  expect(leaving).toEqual([
    'absent:outcome_unknown>pending',
    'publish:outcome_unknown>published',
    'retry:outcome_unknown>pending',
    'settle:outcome_unknown>published',
  ]);
  expect(poolSourcesOf('begin')).toEqual(['pending']);
  expect(POOL_STATUSES).toEqual(expect.arrayContaining(POOL_TRANSITION_NAMES.flatMap(poolSourcesOf)));
});
