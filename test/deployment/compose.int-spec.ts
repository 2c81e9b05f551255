import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { loadSettings } from '../../src/platform/config/settings.ts';
import { SETTINGS_TABLE } from '../../src/platform/config/settings-table.ts';
import { readTasksFile } from '../../src/tasks/declared/tasks-file.ts';

interface Service {
  image: string;
  command?: string[];
  environment?: Record<string, string>;
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  ports?: string[];
  volumes?: string[];
  env_file?: { path: string; required: boolean }[];
  profiles?: string[];
}

const text = readFileSync('docker-compose.yml', 'utf8');
const { services, volumes } = parse(text, { merge: true }) as { services: Record<string, Service>; volumes: Record<string, unknown> };
const dockerfile = readFileSync('Dockerfile', 'utf8');

/** A bind mount `${NAME:-default}:target:ro`. */
function boundTo(service: string, target: string): { variable: string; source: string } {
  const mounts = (services[service]?.volumes ?? []).map((volume) => /^\$\{(\w+):-([^}]+)\}:([^:]+):ro$/.exec(volume));
  const [, variable = '', source = ''] = mounts.find((mount) => mount?.[3] === target) ?? [];
  return { variable, source };
}

/** Fills `${NAME:?…}` and `${NAME:-default}` like Compose. */
function filledIn(environment: Record<string, string>, variables: Record<string, string> = {}): Record<string, string> {
  const fill = (_: string, name: string, kind: string, word: string) => variables[name] ?? (kind === ':?' ? 'a-password' : word);
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value.replace(/\$\{(\w+)(:[?-])([^}]*)\}/g, fill)]));
}

describe('docker-compose.yml', () => {
  it('gives the application all roles across its services, on PostgreSQL and Redis', () => {
    const roles = ['api', 'worker'].map((name) => {
      const environment = services[name]?.environment ?? {};
      for (const variable of Object.keys(environment)) expect(SETTINGS_TABLE).toHaveProperty([variable]);
      const settings = loadSettings({ NODE_ENV: 'production', HOST: '0.0.0.0', ...filledIn(environment) });
      expect(settings).toMatchObject({ embedded: false, databaseUrl: 'postgres://contenthub:a-password@postgres:5432/contenthub' });
      expect(settings).toMatchObject({ queueDriver: 'bullmq', redisUrl: 'redis://redis:6379' });
      return settings.appRoles;
    });
    expect(new Set(roles.flat())).toEqual(new Set(['api', 'worker', 'scheduler']));
  });

  it('sends traces of every role to the collector that .env names, and none without it', () => {
    for (const name of ['api', 'worker']) {
      const environment = services[name]?.environment ?? {};
      const settings = (variables?: Record<string, string>) =>
        loadSettings({ NODE_ENV: 'production', HOST: '0.0.0.0', ...filledIn(environment, variables) });
      expect(settings().otelExporterOtlpEndpoint).toBeUndefined();
      expect(settings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' })).toMatchObject({
        otelExporterOtlpEndpoint: 'http://collector:4318',
        otelTracesSamplerArg: 0.1,
      });
    }
  });

  it('starts them after their dependencies, and checks their health', () => {
    for (const name of ['api', 'worker']) {
      expect(services[name]?.depends_on).toEqual({ postgres: { condition: 'service_healthy' }, redis: { condition: 'service_healthy' } });
    }
    for (const name of ['api', 'postgres', 'redis']) expect(services[name]?.healthcheck?.test.length).toBeGreaterThan(1);
    expect(services['api']?.healthcheck?.test.join(' ')).toContain('/health/ready');
  });

  it('persists Redis over a restart, and evicts nothing', () => {
    const command = services['redis']?.command?.join(' ');
    expect(command).toContain('--appendonly yes');
    expect(command).toContain('--maxmemory-policy noeviction');
  });

  it('mounts the tasks file and the sources into both, read-only, at the paths of the settings', () => {
    for (const name of ['api', 'worker']) {
      const settings = loadSettings({ NODE_ENV: 'production', HOST: '0.0.0.0', ...filledIn(services[name]?.environment ?? {}) });
      expect(boundTo(name, settings.tasksFile)).toEqual({ variable: 'TASKS_YAML', source: './tasks.compose.yaml' });
      expect(settings.sourceRoots).toHaveLength(1);
      expect(boundTo(name, settings.sourceRoots[0] ?? '')).toEqual({ variable: 'SOURCES', source: './sources' });
    }
  });

  it('mounts a tasks file without tasks unless .env names another', () => {
    const { source } = boundTo('worker', '/config/tasks.yaml');
    const surroundings = { definedIn: () => undefined, secret: () => undefined };
    expect(readTasksFile(readFileSync(source, 'utf8'), source, surroundings)).toEqual({ tasks: [], agentTasks: [], env: {} });
  });

  it('gives the secrets of the tasks file to the workers only', () => {
    expect(services['worker']?.env_file).toEqual([{ path: './tasks.env', required: false }]);
    expect(services['api']?.env_file).toBeUndefined();
    expect(readFileSync('.gitignore', 'utf8').split('\n')).toContain('/tasks.env');
  });

  it('documents both variables and the file of secrets', () => {
    const page = readFileSync('docs/deployment.md', 'utf8');
    for (const word of ['TASKS_YAML=', 'SOURCES=', 'tasks.env']) expect(page).toContain(word);
  });

  it('scrapes the ops port of each service of the application, and gives Grafana the dashboard', () => {
    expect([services['prometheus'], services['grafana']]).toMatchObject([{ profiles: ['monitoring'] }, { profiles: ['monitoring'] }]);
    const { rule_files: rules, scrape_configs: jobs } = parse(readFileSync('deploy/prometheus/prometheus.yml', 'utf8')) as {
      rule_files: string[];
      scrape_configs: { job_name: string; dns_sd_configs: [{ names: string[]; port: number }] }[];
    };
    for (const file of rules) expect(existsSync(`deploy/prometheus/${file}`)).toBe(true);
    expect(jobs.map(({ job_name: job, dns_sd_configs: [{ names, port }] }) => [job, names, port])).toEqual([
      ['contenthub', ['api', 'worker'], loadSettings({}).opsPort],
    ]);
    const mounts = (services['grafana']?.volumes ?? []).filter((volume) => volume.startsWith('./')).map((volume) => volume.split(':'));
    for (const [from = ''] of mounts) expect(existsSync(from)).toBe(true);
    const { providers } = parse(readFileSync('deploy/grafana/provisioning/dashboards/contenthub.yml', 'utf8')) as {
      providers: { options: { path: string } }[];
    };
    const folders = providers.map(({ options }) => mounts.find(([, to]) => to === options.path)?.[0]);
    expect(folders.map((folder) => existsSync(`${folder}/contenthub.json`))).toEqual([true]);
  });

  it('contains no secret, opens one port to this machine, and names its volumes', () => {
    expect(text).not.toMatch(/PASSWORD: (?!\$\{)/);
    expect(text).not.toMatch(/\/\/\w+:(?!\$\{)[^@\s]+@/);
    const ports = (of: (service: Service) => boolean) =>
      Object.values(services)
        .filter(of)
        .flatMap((service) => service.ports ?? []);
    expect(ports(({ profiles }) => profiles === undefined)).toEqual(['127.0.0.1:3000:3000']);
    for (const port of ports(() => true)) expect(port).toMatch(/^127\.0\.0\.1:/);
    const named = Object.values(services).flatMap((service) =>
      (service.volumes ?? []).filter((volume) => !/^[$.]/.test(volume)).map((volume) => volume.split(':')[0]),
    );
    expect(new Set(named)).toEqual(new Set(Object.keys(volumes)));
  });
});

describe('Dockerfile', () => {
  const stages = dockerfile.split(/^FROM /m).slice(1);

  it('runs as a user other than root, and no package runs a script', () => {
    expect(stages.at(-1)).toMatch(/^USER node$/m);
    for (const [line] of dockerfile.matchAll(/npm (ci|install).*/g)) expect(line).toContain('--ignore-scripts');
    expect(stages.at(-1)).not.toMatch(/npm /);
  });

  it('copies existing files, which .dockerignore allows', () => {
    const admitted = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, files = '']) => files.split(' '));
    expect(copied.length).toBeGreaterThan(5);
    for (const file of copied) {
      expect(existsSync(file)).toBe(true);
      expect(admitted).toContain(file);
    }
    expect(admitted.filter((file) => !copied.includes(file))).toEqual([]);
  });
});
