// Writes admin/src/api/schema, the types of the API, from openapi.json, unless they are newer:  npm run admin:api
// They are not committed: each run of the type check and of the linters renews them, so they cannot be out of date.
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SCHEMA = join(ROOT, 'admin/src/api/schema');
const timeOf = (file) => statSync(join(ROOT, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (timeOf('admin/src/api/schema/types.gen.ts') < Math.max(timeOf('openapi.json'), timeOf('package-lock.json'))) {
  const { createClient } = await import('@hey-api/openapi-ts');
  await createClient({
    input: join(ROOT, 'openapi.json'),
    // Types only: no client is generated and nothing of it ships. The client is admin/src/api/client.ts.
    output: { path: SCHEMA, clean: true },
    plugins: ['@hey-api/typescript'],
    logs: { level: 'silent', file: false },
  });
}
