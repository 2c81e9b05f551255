import { IsolatedRunner } from '../../dist/src/workers/child/isolated-runner.js';
import { compose } from './composition.mjs';

(await compose()).get(IsolatedRunner).serve();
