import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../../../src/platform/database/embedded/free-port.ts';
import { waitFor } from '../wait-for.ts';

export interface WordpressSite {
  port: number;
  version: string;
  /** Password of the administrator's account, which the API refuses. */
  accountPassword: string;
  /** Application passwords. */
  passwords: Record<'administrator' | 'author' | 'contributor', string>;
  startMs: number;
  /** Runs PHP code inside of the site. */
  php(code: string): Promise<void>;
  stop(): Promise<void>;
}

/** Debian keeps servers in /usr/sbin, which is not on the PATH of every user. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
const execute = promisify(execFile);
const run = (program: string, args: readonly string[]): Promise<{ stdout: string }> => execute(program, args, { env });
const SOURCE = join(process.env.TEST_WORDPRESS_DIR ?? join(homedir(), '.cache/contenthub/wordpress'), 'www');
const scriptOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const isInstalled = (program: string): boolean => spawnSync(program, ['--version'], { env }).error === undefined;

/** Why the tests cannot start a WordPress; null when they can. */
export function missingForWordpress(): string | null {
  const missing = ['php', 'mariadbd', 'mariadb-install-db', 'mariadb'].filter((program) => !isInstalled(program));
  if (missing.length > 0) return `needs ${missing.join(', ')}, see scripts/fetch-wordpress.sh`;
  return existsSync(join(SOURCE, 'wp-load.php')) ? null : 'needs WordPress: scripts/fetch-wordpress.sh';
}

/**
 * A real WordPress on a free port of 127.0.0.1, in one temporary folder: PHP's own web server and a private MariaDB on a
 * socket. `home` is the address that the site believes to have, such as that of a proxy.
 */
export async function startWordpress(home: string): Promise<WordpressSite> {
  const startedAt = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'contenthub-wordpress-'));
  const www = join(folder, 'www');
  const processes: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const child of processes.reverse()) await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const [database] = await Promise.all([startMariadb(folder), cp(SOURCE, www, { recursive: true })]);
    processes.push(database);
    await mkdir(join(www, 'wp-content/uploads'), { recursive: true });
    await writeFile(join(www, 'wp-config.php'), configOf(folder, home));
    const { stdout } = await run('php', ['-d', 'display_errors=stderr', scriptOf('setup.php'), folder, home]);
    const port = await freePort();
    const limits = ['opcache.enable_cli=1', 'upload_max_filesize=32M', 'post_max_size=40M', 'variables_order=EGPCS'].flatMap((limit) => [
      '-d',
      limit,
    ]);
    const php = spawn('php', [...limits, '-S', `127.0.0.1:${port}`, '-t', www, scriptOf('router.php')], {
      env: { ...env, PHP_CLI_SERVER_WORKERS: '4' },
      stdio: 'ignore',
      detached: true, // the workers are in its group
    });
    processes.push(php);
    const url = `http://127.0.0.1:${port}/wp-json/`;
    await waitFor(async () => (await fetch(url)).ok, { what: 'the REST API of WordPress' });
    const site = JSON.parse(stdout) as Pick<WordpressSite, 'version' | 'accountPassword' | 'passwords'>;
    return { ...site, port, startMs: performance.now() - startedAt, stop, php: (code) => runPhp(www, home, code) };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function runPhp(www: string, home: string, code: string): Promise<void> {
  const host = `$_SERVER['HTTP_HOST'] = '${new URL(home).host}';`;
  await run('php', ['-r', `${host} require '${www}/wp-load.php'; ${code}`]);
}

async function startMariadb(folder: string): Promise<ChildProcess> {
  const data = join(folder, 'db');
  const socket = join(folder, 'db.sock');
  const account = process.getuid?.() === 0 ? ['--user=root'] : [];
  const fixed = ['--no-defaults', ...account, `--datadir=${data}`];
  await run('mariadb-install-db', [...fixed, '--auth-root-authentication-method=normal', '--skip-test-db']);
  // Test data may be lost with the machine.
  const fast = [
    '--innodb-buffer-pool-size=64M',
    '--innodb-log-file-size=8M',
    '--innodb-flush-log-at-trx-commit=0',
    '--innodb-flush-method=nosync',
  ];
  const flags = [`--socket=${socket}`, '--skip-networking', ...fast, '--skip-innodb-doublewrite', '--performance-schema=off'];
  const child = spawn('mariadbd', [...fixed, ...flags], { stdio: 'ignore', detached: true, env });
  const client = ['--no-defaults', `--socket=${socket}`, '-uroot'];
  const create = ['-e', 'CREATE DATABASE IF NOT EXISTS wp CHARACTER SET utf8mb4'];
  await waitFor(async () => run('mariadb', [...client, ...create]), { what: 'MariaDB' });
  return child;
}

function configOf(folder: string, home: string): string {
  const salt = randomBytes(48).toString('base64');
  const keys = [
    'AUTH_KEY',
    'SECURE_AUTH_KEY',
    'LOGGED_IN_KEY',
    'NONCE_KEY',
    'AUTH_SALT',
    'SECURE_AUTH_SALT',
    'LOGGED_IN_SALT',
    'NONCE_SALT',
  ];
  const values: Record<string, string | boolean> = {
    DB_NAME: 'wp',
    DB_USER: 'root',
    DB_PASSWORD: '',
    DB_HOST: `localhost:${folder}/db.sock`,
    DB_CHARSET: 'utf8mb4',
    DB_COLLATE: '',
    WP_HOME: home,
    WP_SITEURL: home,
    WP_ENVIRONMENT_TYPE: 'local', // application passwords over plain http
    WP_HTTP_BLOCK_EXTERNAL: true, // no update checks, no pings
    AUTOMATIC_UPDATER_DISABLED: true,
    DISALLOW_FILE_MODS: true,
    DISABLE_WP_CRON: true,
    FS_METHOD: 'direct',
    ...Object.fromEntries(keys.map((key) => [key, `${key}${salt}`])),
  };
  const defined = Object.entries(values).map(([name, value]) => `define('${name}', ${typeof value === 'string' ? `'${value}'` : 'true'});`);
  return `<?php\n${defined.join('\n')}\n$table_prefix = 'wp_';\ndefine('ABSPATH', __DIR__ . '/');\nrequire_once ABSPATH . 'wp-settings.php';\n`;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  process.kill(-child.pid, 'SIGTERM');
  await ended;
}
