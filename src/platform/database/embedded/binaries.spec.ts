import { describe, expect, it } from '@jest/globals';
import { refusal } from './binaries.ts';

describe('where the embedded database runs', () => {
  it.each([
    ['linux', 'x64'],
    ['linux', 'arm64'],
    ['darwin', 'arm64'],
  ] as const)('%s %s', (platform, arch) => {
    expect(refusal(platform, arch, () => true)).toBeUndefined();
  });

  it.each([
    ['win32', 'x64', true, 'Windows'],
    ['freebsd', 'x64', true, 'freebsd-x64'],
    ['linux', 'x64', false, 'glibc'],
    ['linux', 'arm64', false, 'glibc'],
  ] as const)('not on %s %s (glibc: %s), and says what to do', (platform, arch, glibc, reason) => {
    const message = refusal(platform, arch, () => glibc);
    expect(message).toContain(reason);
    expect(message).toContain('set DATABASE_URL to');
  });
});
