import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { SETTINGS_TABLE } from '../../src/platform/config/settings-table.ts';
import { pages } from './pages.ts';

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const { scripts } = readJson('package.json') as { scripts: Record<string, string> };
const { paths } = readJson('openapi.json') as { paths: Record<string, Record<string, unknown>> };
const texts = pages().map((page) => ({ page, text: readFileSync(page, 'utf8') }));

/** Each match of the first group on each page. */
function found(pattern: RegExp): { page: string; name: string }[] {
  return texts.flatMap(({ page, text }) => [...text.matchAll(pattern)].map(([, name = '']) => ({ page, name })));
}

/** Names in capitals that are not settings. */
const CLI_AND_COMPOSE = ['APP_SERVER', 'APP_TOKEN', 'TASKS_YAML', 'CONTENTHUB_TASK_ID'];
const OF_PROFILES = [
  'CONTENTHUB_URL',
  'CONTENTHUB_KEY',
  'CONTENTHUB_ACCOUNT',
  'CONTENTHUB_REASON',
  'CONTENTHUB_PROFILE',
  'CONTENTHUB_CONFIG',
  'XDG_CONFIG_HOME',
  'LC_ALL',
  'LC_MESSAGES',
];
const PASSED_TO_AGENT_PROGRAMS = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE'];
const CONSTANTS = ['TASK_MODULES', 'RESCUE_TASKS', 'SELECT_COMPLETED', 'NIGHTLY_LOGS', 'AVAILABILITY_SECONDS', 'UPGRADE_FROM'];
const OTHER_NAMES = new Set([...CLI_AND_COMPOSE, ...OF_PROFILES, ...PASSED_TO_AGENT_PROGRAMS, ...CONSTANTS]);

describe('the names on the pages', () => {
  it('npm scripts are in package.json, and files of scripts exist', () => {
    const named = found(/\bnpm run (?:--silent )?([a-z:]+)/g);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ name }) => !(name in scripts))).toEqual([]);
    const files = found(/\b((?:src|test|scripts|migrations|examples|bench|bin)\/[\w./-]+\.(?:ts|mjs|py|sh|yaml))\b/g);
    expect(files.length).toBeGreaterThan(10);
    // The reader writes this file of README and docs/engine.md.
    expect(files.filter(({ name }) => name !== 'src/team-sync/team-sync.ts' && !existsSync(name))).toEqual([]);
  });

  it('links lead to files', () => {
    const wrong = texts.flatMap(({ page, text }) =>
      [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].flatMap(([, target = '']) => {
        const { pathname } = new URL(target, `file:///${page}`);
        return existsSync(decodeURIComponent(pathname.slice(1))) ? [] : [`${page}: ${target}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('routes are in openapi.json', () => {
    const shape = (path: string): string => path.replace(/\/$/, '').replace(/\{[^}]+\}|:[a-zA-Z]+/g, ':');
    const known = new Set(
      Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((m) => `${m.toUpperCase()} ${shape(path)}`)),
    );
    const named = found(/`((?:GET|POST|PUT|PATCH|DELETE) \/[^ ?`]*)[^`]*`/g).map(({ page, name }) => ({ page, name: shape(name) }));
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter(({ name }) => !known.has(name))).toEqual([]);
  });

  it('settings are in the table of settings', () => {
    const named = found(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`/g);
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter(({ name }) => !(name in SETTINGS_TABLE) && !OTHER_NAMES.has(name))).toEqual([]);
  });
});
