import { expect, it } from '@jest/globals';
import { hashPassword, isPassword, NO_PASSWORD } from './password-hash.ts';

it('a hash names its parameters and is that of its password only', async () => {
  const hash = await hashPassword('correct horse battery');
  expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w-]{22}\$[\w-]{43}$/);
  expect([await isPassword('correct horse battery', hash), await isPassword('correct horse batterz', hash)]).toEqual([true, false]);
  expect(await hashPassword('correct horse battery')).not.toBe(hash);
});

it('two spellings of the same characters are one password', async () => {
  expect(await isPassword('ﬁancé of twelve', await hashPassword('fiance\u0301 of twelve'))).toBe(true);
});

it('checks a hash with other parameters by these, and refuses costly ones and other formats', async () => {
  const cheap = '$scrypt$ln=4,r=1,p=1$c2FsdA$AAAA';
  expect(await isPassword('x', cheap)).toBe(false);
  await expect(isPassword('x', '$scrypt$ln=30,r=8,p=1$c2FsdA$AAAA')).rejects.toThrow('memory limit');
  await expect(isPassword('x', 'md5')).rejects.toThrow('unknown format');
});

it('no password has the hash of a user that does not exist', async () => {
  expect(await isPassword('', NO_PASSWORD)).toBe(false);
});
