import { expect, it } from '@jest/globals';
import { UnknownDependenciesException } from '@nestjs/core/errors/exceptions/unknown-dependencies.exception.js';
import { ConfigurationError } from '../platform/config/configuration-error.ts';
import { isFinalStartError } from './final-error.ts';

const withCode = (code: string) => Object.assign(new Error('x'), { code });

it.each<[string, unknown, boolean]>([
  ['a setting that cannot be used', new ConfigurationError('x'), true],
  ['a provider that Nest cannot make', new UnknownDependenciesException('A', { index: 0, dependencies: [] }), true],
  ['a mistake in a constructor', new TypeError('x is not a function'), true],
  ['a port below 1024', withCode('EACCES'), true],
  ['an address of another machine', withCode('EADDRNOTAVAIL'), true],
  ['a wrong password', withCode('28P01'), true],
  ['a database that does not exist', withCode('3D000'), true],
  ['a missing right', withCode('42501'), true],
  ['a server that is not there yet', withCode('ECONNREFUSED'), false],
  ['a database that starts', withCode('57P03'), false],
  ['too many connections', withCode('53300'), false],
  ['a port that is taken', withCode('EADDRINUSE'), false],
  ['a failed request', new TypeError('fetch failed', { cause: withCode('ECONNRESET') }), false],
  ['a text', 'x', false],
])('%s', (_, error, final) => {
  expect(isFinalStartError(error)).toBe(final);
});
