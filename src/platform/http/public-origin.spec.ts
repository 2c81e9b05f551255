import { expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { publicOrigin } from './public-origin.ts';

it.each([
  [undefined, 'localhost:3000', 'http://localhost:3000'],
  [undefined, '[::1]:80', 'http://[::1]:80'],
  [undefined, 'evil.example', ''],
  [undefined, '127.0.0.1.evil.example', ''],
  [undefined, 'localhost:80@evil.example', ''],
  [undefined, undefined, ''],
  ['https://hub.example.org', 'evil.example', 'https://hub.example.org'],
  ['https://example.org/hub/', 'localhost:3000', 'https://example.org/hub'],
])('with PUBLIC_URL %s and Host %s links begin with "%s"', (publicUrl, host, origin) => {
  const headers = { host, 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'javascript' };
  expect(publicOrigin({ publicUrl }, { headers } as unknown as FastifyRequest)).toBe(origin);
});
