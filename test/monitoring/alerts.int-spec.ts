import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { startApplication, type TestApplication } from '../support/application.ts';
import { exposedBy, namesOf } from './scrape.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string; readonly summary_zh: string; readonly runbook: string };
}
interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const withPromtool = hasPromtool || process.env.REQUIRE_REDIS === '1' ? describe : describe.skip;
const HINT = hasPromtool ? '' : ' (needs promtool; Debian: apt-get install prometheus)';
const { groups } = parse(readFileSync('deploy/prometheus/alerts.yml', 'utf8')) as { groups: { rules: Rule[] }[] };
const RULES = groups.flatMap(({ rules }) => rules);
const { panels } = JSON.parse(readFileSync('deploy/grafana/dashboards/contenthub.json', 'utf8')) as { panels: Panel[] };
const RUNBOOK = readFileSync('docs/runbook.md', 'utf8');

/** The metrics of an expression, without the suffixes of histograms. */
const namesIn = (expr: string): string[] =>
  [...expr.matchAll(/\b(?:contenthub|process|nodejs)_\w+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ''));
const sectionOf = (anchor: string): string | undefined =>
  RUNBOOK.split(/^## /m).find((section) => (section.split('\n')[0] ?? '').toLowerCase().replaceAll(' ', '-') === anchor);

let application: TestApplication;
let exposed: string[];
beforeAll(async () => {
  application = await startApplication();
  exposed = namesOf(await exposedBy(application.app));
});
afterAll(() => application.close());

describe('the alert rules', () => {
  it.each(RULES.map((rule) => [rule.alert, rule] as const))('%s has its metrics and a section of the runbook', (_, rule) => {
    expect(namesIn(rule.expr).filter((name) => !exposed.includes(name))).toEqual([]);
    expect(namesIn(rule.expr).length + Number(rule.expr.startsWith('up{'))).toBeGreaterThan(0);
    const [page, anchor = ''] = rule.annotations.runbook.split('#');
    expect(page).toBe('docs/runbook.md');
    const section = sectionOf(anchor);
    for (const part of ['**Meaning.**', '**Checks.**', '**Cure.**']) expect(section).toContain(part);
    expect(rule.annotations.summary_zh).toMatch(/\p{Script=Han}/u);
  });

  it('have no section of the runbook without a rule', () => {
    const anchors = new Set(RULES.map(({ annotations }) => annotations.runbook.split('#')[1]));
    const sections = [...RUNBOOK.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-'));
    expect(sections.filter((section) => !anchors.has(section))).toEqual([]);
    expect(sections).toHaveLength(RULES.length);
  });

  withPromtool(`are read by promtool${HINT}`, () => {
    it('without a complaint, fire with bad values and not with good ones', () => {
      const check = spawnSync('promtool', ['check', 'rules', 'deploy/prometheus/alerts.yml'], { encoding: 'utf8' });
      const test = spawnSync('promtool', ['test', 'rules', 'deploy/prometheus/alerts.test.yml'], { encoding: 'utf8' });
      expect([check.status, check.stderr, test.status, test.stderr]).toEqual([0, '', 0, '']);
      const { tests } = parse(readFileSync('deploy/prometheus/alerts.test.yml', 'utf8')) as { tests: { name: string }[] };
      expect(tests.map(({ name }) => `ContentHub${name}`)).toEqual(expect.arrayContaining(RULES.map(({ alert }) => alert)));
    });
  });
});

describe('the dashboard', () => {
  it.each(panels.map((panel) => [panel.title, panel] as const))(
    '%s has its metrics and titles in two languages',
    (title, { targets = [] }) => {
      expect(targets.flatMap(({ expr }) => namesIn(expr)).filter((name) => !exposed.includes(name))).toEqual([]);
      expect(title).toMatch(/^[A-Z][^/]+ \/ .*\p{Script=Han}/u);
    },
  );
});
