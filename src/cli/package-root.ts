import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of package.json: two levels above the sources, three above the build. */
export const packageRoot: string = findPackageRoot(import.meta.dirname);

/** A checkout has the build script, and its command runs through npx. An installed package has it in PATH. */
export const programName: string = existsSync(join(packageRoot, 'scripts/build-if-needed.mjs')) ? 'npx contenthub' : 'contenthub';

export function cliVersion(): string {
  const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

function findPackageRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json')) || dirname(folder) === folder) return folder;
  return findPackageRoot(dirname(folder));
}
