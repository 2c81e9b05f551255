// Lints openapi.json with Redocly and Spectral; a warning fails like an error:  npm run openapi:lint
import spectralCore from '@stoplight/spectral-core';
import { oas } from '@stoplight/spectral-rulesets';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const FILE = 'openapi.json';
/** Keeps Redocly from asking the registry for a newer version of itself. */
const QUIET = { REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', REDOCLY_TELEMETRY: 'off' };

function redocly() {
  const args = ['node_modules/@redocly/cli/bin/cli.js', 'lint', '--format=json', FILE];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, ...QUIET } });
  if (!stdout.startsWith('{')) throw new Error(`redocly did not run: ${stderr}`);
  const { problems } = JSON.parse(stdout);
  return problems.map(({ ruleId, message, location }) => `redocly ${ruleId}: ${message} (${location[0]?.pointer ?? ''})`);
}

async function spectral() {
  const linter = new spectralCore.Spectral();
  const rules = {
    'info-contact': 'off', // each installation has another operator
    'operation-description': 'off', // summaries are sufficient; a description exists where it adds something
    'oas3-unused-component': 'off', // see redocly.yaml
  };
  linter.setRuleset({ extends: [[oas, 'recommended']], rules });
  const found = await linter.run(readFileSync(FILE, 'utf8'));
  return found.map(({ code, message, path }) => `spectral ${code}: ${message} (#/${path.join('/')})`);
}

const found = [...redocly(), ...(await spectral())];
for (const line of found) console.error(`✗ ${line}`);
console.log(`${FILE}: ${found.length} findings of redocly and spectral`);
process.exitCode = found.length === 0 ? 0 : 1;
