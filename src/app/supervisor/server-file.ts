import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acceptsConnections, isAlive } from '../../platform/database/embedded/postmaster-file.ts';

/** `<dataDir>/server.json` holds the address of the running server, for the CLI. */
export interface RunningServer {
  url: string;
  /** Process id of the supervisor. */
  pid: number;
  /** RFC 3339. */
  startedAt: string;
}

const pathOf = (dataDir: string) => join(dataDir, 'server.json');

export function writeServerFile(dataDir: string, server: RunningServer): void {
  mkdirSync(dataDir, { recursive: true });
  const draft = `${pathOf(dataDir)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(server)}\n`);
  renameSync(draft, pathOf(dataDir));
}

/** Removes only the file of this process; a server that started since keeps its own. */
export function removeServerFile(dataDir: string): void {
  if (readServerFile(dataDir)?.pid === process.pid) rmSync(pathOf(dataDir), { force: true });
}

/** The running server of this data folder. A file left by kill -9 does not count, because its process or its port is dead. */
export async function findRunningServer(dataDir: string): Promise<RunningServer | undefined> {
  const server = readServerFile(dataDir);
  if (server === undefined || server.pid === process.pid || !isAlive(server.pid)) return undefined;
  const { port, hostname } = new URL(server.url);
  return (await acceptsConnections(Number(port || 80), hostname.replace(/^\[|\]$/g, ''))) ? server : undefined;
}

function readServerFile(dataDir: string): RunningServer | undefined {
  try {
    const { url, pid, startedAt } = JSON.parse(readFileSync(pathOf(dataDir), 'utf8')) as RunningServer;
    return URL.canParse(url) && Number.isInteger(pid) ? { url, pid, startedAt } : undefined;
  } catch {
    return undefined; // missing or incomplete
  }
}
