import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Job } from 'kubernetes-models/batch/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Namespace, Service, ServiceAccount } from 'kubernetes-models/v1';
import { Pool } from 'pg';
import { parse, parseAllDocuments } from 'yaml';
import { loadSettings } from '../../src/platform/config/settings.ts';
import { generateApiKey } from '../../src/platform/auth/api-key.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const FOLDER = 'deploy/k8s';
const hasKubectl = (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'kubectl')));
if (!hasKubectl) process.stderr.write('The test that builds deploy/k8s is skipped: there is no kubectl on the PATH.\n');

const MODELS: Record<string, new (data: never) => { validate(): void }> = {
  ConfigMap,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  Service,
  ServiceAccount,
};
const OF_KEDA = ['ScaledObject', 'TriggerAuthentication'];
const GRACE_OF_SUPERVISOR_S = 5;
const MIGRATION = 'contenthub-migrate';

interface Container {
  name: string;
  args?: string[];
  env?: { name: string; value: string }[];
  ports?: { name: string; containerPort: number }[];
  securityContext: object;
  volumeMounts: { name: string; mountPath: string }[];
  [probe: string]: unknown;
}
interface PodTemplate {
  metadata: { labels: Record<string, string> };
  spec: { containers: [Container]; terminationGracePeriodSeconds?: number; securityContext: object };
}
interface Manifest {
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  spec?: { template?: PodTemplate; [field: string]: unknown };
}

const manifestsOf = (file: string): Manifest[] =>
  parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS() as Manifest);
const files = globSync(`${FOLDER}/*/*.yaml`).filter((file) => basename(file) !== 'kustomization.yaml');
const manifests = files.flatMap(manifestsOf);
const named = (kind: string): Manifest[] => manifests.filter((manifest) => manifest.kind === kind);
const settingsOf = (container: Container): Record<string, string> => ({
  ...named('ConfigMap')[0]?.data,
  DATABASE_URL: 'postgres://contenthub:x@postgres/contenthub',
  FIRST_API_KEY: generateApiKey(),
  HOST: '0.0.0.0', // of the image
  ...Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value])),
});
const containers = [...named('Deployment'), ...named('Job')].map(({ metadata, spec }) => {
  if (spec?.template === undefined) throw new Error(`${metadata.name} has no pods`);
  const { spec: pod } = spec.template;
  return { name: metadata.name, pod, container: pod.containers[0] };
});

describe('deploy/k8s', () => {
  it.each(
    manifests
      .filter(({ kind }) => !OF_KEDA.includes(kind))
      .map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest] as const),
  )('fits the schema of Kubernetes: %s', (_name, manifest) => {
    const Model = MODELS[manifest.kind];
    if (Model === undefined) throw new Error(`${manifest.kind} has no schema here`);
    expect(() => new Model(manifest as never).validate()).not.toThrow();
  });

  it('has no file that no kustomization names', () => {
    const listed = globSync(`${FOLDER}/*/kustomization.yaml`).flatMap((file) => {
      const { resources } = parse(readFileSync(file, 'utf8')) as { resources: string[] };
      return resources.filter((name) => name.endsWith('.yaml')).map((name) => join(dirname(file), name));
    });
    expect(listed.toSorted()).toEqual(files.toSorted());
  });

  it('runs each role in pods of its own, and every setting is valid', () => {
    const roles = containers
      .filter(({ name }) => name !== MIGRATION)
      .flatMap(({ container }) => loadSettings(settingsOf(container)).appRoles);
    expect(roles.toSorted()).toEqual(['api', 'scheduler', 'worker']);
  });

  it('gives each pod the time of a shutdown', () => {
    for (const { pod, container } of containers.filter(({ name }) => name !== MIGRATION)) {
      const { shutdownTimeoutMs } = loadSettings(settingsOf(container));
      expect(pod.terminationGracePeriodSeconds).toBe(shutdownTimeoutMs / 1_000 + GRACE_OF_SUPERVISOR_S);
    }
  });

  it('asks the ops port of each role for its health, with paths that exist', () => {
    for (const { container, name } of containers.filter((one) => one.name !== MIGRATION)) {
      const probes = ['startup', 'liveness', 'readiness'].map((kind) => (container[`${kind}Probe`] as { httpGet: object }).httpGet);
      expect([name, probes]).toEqual([name, ['startup', 'live', 'ready'].map((path) => ({ path: `/health/${path}`, port: 'ops' }))]);
      const ops = container.ports?.find((port) => port.name === 'ops');
      expect(ops?.containerPort).toBe(loadSettings(settingsOf(container)).opsPort);
    }
  });

  it.each(containers.map(({ name, pod, container }) => [name, pod, container] as const))(
    'lets %s run as the user of the image, without privileges, on a read-only file system',
    (_name, pod, container) => {
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } });
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toEqual(['/data', '/tmp']);
    },
  );

  describe('the query of KEDA', () => {
    let database: TestDatabase;
    let pool: Pool;
    beforeAll(async () => {
      database = await createTestDatabase();
      pool = new Pool({ connectionString: database.url, max: 1 });
    });
    afterAll(async () => {
      await pool.end();
      await database.drop();
    });

    it('counts the open tasks by indexes', async () => {
      const [scaled] = named('ScaledObject');
      const triggers = scaled?.spec?.['triggers'] as { metadata: { query: string } }[] | undefined;
      const query = triggers?.[0]?.metadata.query ?? '';
      expect((await pool.query(query)).rows).toEqual([{ open: '0' }]);
      await pool.query('SET enable_seqscan = off');
      const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${query}`);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).not.toContain('Seq Scan');
      expect(plan).toMatch(/tasks_ready [\s\S]*tasks_ready_grouped [\s\S]*tasks_active/);
    });
  });
});

(hasKubectl ? describe : describe.skip)('deploy/k8s/example', () => {
  it('is built by kustomize', () => {
    const folder = mkdtempSync(join(tmpdir(), 'contenthub-k8s-'));
    try {
      cpSync(FOLDER, folder, { recursive: true });
      copyFileSync(join(folder, 'example/secret.env.example'), join(folder, 'example/secret.env'));
      const built = parseAllDocuments(kustomize(join(folder, 'example'))).map((document) => document.toJS() as Manifest);
      expect(built.map(({ kind }) => kind).toSorted()).toEqual(
        [...manifests.map(({ kind }) => kind).filter((kind) => !OF_KEDA.includes(kind)), 'Secret'].toSorted(),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function kustomize(folder: string): string {
  return execFileSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
}
