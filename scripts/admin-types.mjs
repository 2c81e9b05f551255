// Writes the types of the API from openapi.json, unless they are newer: admin/src/api/schema for the pages, and .build/api for the
// command line (outside src, because a file in src that is newer than the build makes the build out of date):  npm run admin:api
// They are not committed: each run of the type check and of the linters renews them, so they cannot be out of date.
import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SCHEMA = join(ROOT, 'admin/src/api/schema');
const FOR_CLI = join(ROOT, '.build/api');
const timeOf = (file) => statSync(join(ROOT, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;

const newest = Math.max(timeOf('openapi.json'), timeOf('package-lock.json'));

if (timeOf('admin/src/api/schema/types.gen.ts') < newest || timeOf('.build/api/types.gen.ts') < newest) {
  const { createClient } = await import('@hey-api/openapi-ts');
  await createClient({
    input: join(ROOT, 'openapi.json'),
    // Types only: no client is generated and nothing of it ships. The client is admin/src/api/client.ts.
    output: { path: SCHEMA, clean: true },
    plugins: ['@hey-api/typescript'],
    logs: { level: 'silent', file: false },
  });
  mkdirSync(FOR_CLI, { recursive: true });
  copyFileSync(join(SCHEMA, 'types.gen.ts'), join(FOR_CLI, 'types.gen.ts'));
}
