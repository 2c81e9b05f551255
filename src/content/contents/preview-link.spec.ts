import { describe, expect, it } from '@jest/globals';
import { PreviewLinks } from './preview-link.ts';

const ID = '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f';

function parts(link: string): { expires: number; signature: string } {
  const query = new URL(link, 'http://localhost').searchParams;
  return { expires: Number(query.get('expires')), signature: query.get('signature') ?? '' };
}

describe('PreviewLinks', () => {
  const links = new PreviewLinks(Buffer.alloc(32, 7));
  const { expires, signature } = parts(links.create(ID, 1_000_000));

  it('accepts its own link until it expires', () => {
    expect(() => links.check(ID, expires, signature, 1_000_000)).not.toThrow();
    expect(() => links.check(ID, expires, signature, expires * 1_000)).toThrow('invalid or has expired');
  });

  it('rejects another content, a later expiry and a forged link', () => {
    expect(() => links.check('01926f3e-0000-7c1d-9a5e-2f4b6c8d0e1f', expires, signature, 1_000_000)).toThrow('invalid or has expired');
    expect(() => links.check(ID, expires + 60, signature, 1_000_000)).toThrow('invalid or has expired');
    expect(() => links.check(ID, expires, '', 1_000_000)).toThrow('invalid or has expired');
    expect(() => new PreviewLinks(Buffer.alloc(32, 8)).check(ID, expires, signature, 1_000_000)).toThrow('invalid or has expired');
  });
});
