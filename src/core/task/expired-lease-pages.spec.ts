import { describe, expect, it } from '@jest/globals';
import { ExpiredLeasePages } from './expired-lease-pages.ts';

const ROWS = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }));

describe('ExpiredLeasePages', () => {
  const pageOf = (pages: ExpiredLeasePages, rows = ROWS) => rows.filter(({ id }) => id > (pages.after ?? '')).slice(0, 2);
  const look = (pages: ExpiredLeasePages, nowMs: number, rows = ROWS) => {
    const page = pageOf(pages, rows);
    pages.looked(page, nowMs);
    return page.map(({ id }) => id).join('');
  };

  it('shows every lease for as long as a confirmation takes, although none can be rescued, and begins again', () => {
    const pages = new ExpiredLeasePages(2, 5_000);
    const seen = Array.from({ length: 14 }, (_, index) => look(pages, index * 2_500));
    expect(seen).toEqual(['ab', 'ab', 'ab', 'cd', 'cd', 'cd', 'e', 'e', 'e', 'ab', 'ab', 'ab', 'cd', 'cd']);
  });

  it('returns to the first page from a page without leases', () => {
    const pages = new ExpiredLeasePages(2, 5_000);
    look(pages, 0);
    look(pages, 5_000);
    expect([look(pages, 7_000, ROWS.slice(0, 2)), look(pages, 9_000)]).toEqual(['', 'ab']);
  });

  it('stays on a page for another confirmation after a failed look', () => {
    const pages = new ExpiredLeasePages(2, 5_000);
    look(pages, 0);
    pages.reset();
    expect([look(pages, 5_000), look(pages, 10_000), look(pages, 12_000)]).toEqual(['ab', 'ab', 'cd']);
  });
});
