import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const COMPRESSIBLE = new Set(['.js', '.css', '.svg']);
/** 9 of 11 takes a tenth of the time of 11, and the files grow by 4 %. */
const BROTLI_QUALITY = 9;

export type Encoding = 'br' | 'gzip';

/** One file of the build. It is compressed at its first request, and once. */
export class AdminFile {
  readonly type: string;
  private readonly compressible: boolean;
  private readonly compressed = new Map<Encoding, Promise<Buffer>>();

  constructor(
    name: string,
    readonly body: Buffer,
  ) {
    this.type = TYPES[extname(name)] ?? 'application/octet-stream';
    this.compressible = COMPRESSIBLE.has(extname(name));
  }

  /** The best encoding that the client accepts; undefined for a file that would not shrink. */
  encodingFor(accepted: string): Encoding | undefined {
    if (!this.compressible) return undefined;
    return /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : undefined;
  }

  encoded(encoding: Encoding): Promise<Buffer> {
    const known = this.compressed.get(encoding);
    if (known) return known;
    const made = compress(encoding, this.body);
    this.compressed.set(encoding, made);
    return made;
  }
}

function compress(encoding: Encoding, body: Buffer): Promise<Buffer> {
  if (encoding === 'gzip') return promisify(gzip)(body);
  return promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });
}

export interface LoadedBuild {
  /** The text of index.html, with the place of the nonce. */
  readonly index: string;
  /** By path below the folder. A request can only name what is in this map, so no path leads out of the folder. */
  readonly files: ReadonlyMap<string, AdminFile>;
}

/** The build of the admin pages (admin/dist), read at the first request that needs it. It is less than 2 MB. */
export class AdminBuild {
  private loaded: Promise<LoadedBuild | undefined> | undefined;

  constructor(private readonly folder: string) {}

  /** Undefined while there is no build. It is looked for again at the next request: `serve` builds it while the API starts. */
  async load(): Promise<LoadedBuild | undefined> {
    this.loaded ??= readBuild(this.folder);
    const build = await this.loaded;
    if (build === undefined) this.loaded = undefined;
    return build;
  }
}

async function readBuild(folder: string): Promise<LoadedBuild | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map<string, AdminFile>();
  // A name with a leading dot is the stamp of the build.
  for (const entry of entries.filter((one) => one.isFile() && !one.name.startsWith('.'))) {
    const file = join(entry.parentPath, entry.name);
    files.set(relative(folder, file).split(sep).join('/'), new AdminFile(entry.name, await readFile(file)));
  }
  const index = files.get('index.html')?.body.toString('utf8');
  files.delete('index.html');
  return index === undefined ? undefined : { index, files };
}
