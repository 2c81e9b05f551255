// Starts a program of the build: node program.mjs contenthub task list. Unlike bin/, it does not look for newer sources, which takes a third
// of the start: the server of the test did.
import { enableCompileCache } from 'node:module';

const ENTRIES = { contenthub: 'main.js', 'content-creator': 'content-creator/main.js' };

const [name] = process.argv.splice(2, 1);
enableCompileCache(new URL('../../.build/compile-cache', import.meta.url).pathname);
await import(new URL(`../../dist/src/cli/${ENTRIES[name]}`, import.meta.url).href);
