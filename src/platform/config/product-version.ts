import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Product {
  folder: string;
  version: string;
}

/** Searched upwards, because sources and build output have different depths. */
function findProduct(): Product {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (!existsSync(file)) continue;
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
    if (name === 'contenthub' && version !== undefined) return { folder, version };
  }
  throw new Error('package.json of contenthub was not found above the program');
}

/** The version in package.json. */
export function productVersion(): string {
  return findProduct().version;
}

/** The folder of package.json, which also holds the build of the admin pages. */
export function productFolder(): string {
  return findProduct().folder;
}
