import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];

/** A tasks.yaml with this text. `removeTasksFiles` deletes it. */
export function tasksFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'contenthub-tasks-'));
  folders.push(folder);
  const file = join(folder, 'tasks.yaml');
  writeFileSync(file, text);
  return file;
}

export function removeTasksFiles(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}

/** tasks.example.yaml as shipped, except for the servers and waits too long for a test. */
export function exampleFor(url: string): string {
  return readFileSync('tasks.example.yaml', 'utf8')
    .replace('https://spaces.example.com', url)
    .replace('https://open.feishu.cn', url)
    .replaceAll(/baseMs: \d+/g, 'baseMs: 1');
}
