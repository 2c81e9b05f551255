// Checks the entries of package-lock.json:  node scripts/check-lock.mjs [folder]
// Fails for an address outside of the registry, an entry without an integrity hash, and a package with an install
// script that package.json does not list under allowScripts (docs/adr/0028).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const REGISTRY = 'https://registry.npmjs.org/';
const folder = process.argv[2] ?? '.';
const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const { packages, lockfileVersion } = read('package-lock.json');
const { allowScripts = {} } = read('package.json');

const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
const isFixed = ({ integrity }) => /^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '');
const wantedBy = (name) => Object.values(packages).filter((other) => other.optionalDependencies?.[name]);

/** Builds for platforms that this registry does not carry. npm does not fetch them on Linux with glibc. */
function isForeignBuild(path, { optional, os, cpu, libc }) {
  const here = os?.includes('linux') && ['x64', 'arm64'].some((one) => cpu?.includes(one)) && !libc?.includes('musl');
  const needsGlibc = here && !/musl/.test(path);
  return optional === true && os?.length > 0 && !needsGlibc && wantedBy(nameOf(path)).some(isFixed);
}

function faultsOf([path, entry]) {
  const faults = [];
  if (entry.link) faults.push('is a link to a folder');
  if (entry.resolved && !entry.resolved.startsWith(REGISTRY)) faults.push(`comes from ${entry.resolved}, not from ${REGISTRY}`);
  if (!/^\d+\.\d+\.\d+/.test(entry.version ?? '')) faults.push(`has the version ${entry.version}, which is not a registry version`);
  if (!isFixed(entry) && !isForeignBuild(path, entry)) faults.push('has no sha512 integrity');
  if (entry.hasInstallScript && !(nameOf(path) in allowScripts))
    faults.push('has an install script: read it, and write true or false under allowScripts in package.json');
  return faults.map((fault) => `${path} ${fault}`);
}

const faults = Object.entries(packages)
  .filter(([path]) => path !== '')
  .flatMap(faultsOf);
if (lockfileVersion !== 3) faults.unshift(`lockfileVersion is ${lockfileVersion}, not 3`);
for (const fault of faults) console.error(`✗ package-lock.json: ${fault}`);
if (faults.length > 0) process.exit(1);
console.log(`${Object.keys(packages).length - 1} entries checked`);
