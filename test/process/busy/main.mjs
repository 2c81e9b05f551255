// The application in all its roles with the tasks of this folder, started and stopped as src/app/start.ts does.
import 'reflect-metadata';
import { Test } from '@nestjs/testing';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { AppModule } from '../../../dist/src/app/app.module.js';
import { configureHttp } from '../../../dist/src/app/http/configure-http.js';
import { HttpAdapter } from '../../../dist/src/app/http/http-adapter.js';
import { TASK_PROCESS_SCRIPT } from '../../../dist/src/app/roles/worker.module.js';
import { shutDown } from '../../../dist/src/app/shutdown.js';
import { loadSettings } from '../../../dist/src/platform/config/settings.js';
import { statusOutput } from '../../../dist/src/platform/telemetry/status-output.js';
import { BusyModule } from './module.mjs';

const settings = loadSettings();
const testing = Test.createTestingModule({ imports: [AppModule.withRoles(settings.appRoles), BusyModule] });
const script = fileURLToPath(new URL('isolated.mjs', import.meta.url));
const module = await testing.overrideProvider(TASK_PROCESS_SCRIPT).useValue(script).compile();
const app = module.createNestApplication(new HttpAdapter(settings), { logger: false });
configureHttp(app, settings);
await app.listen(0, '127.0.0.1');
process.send({ url: await app.getUrl() });
await once(process, 'SIGTERM');
await shutDown(app, settings, statusOutput(settings));
