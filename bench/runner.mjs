// One round of one contender in its own process, started by lib/round.mjs: node runner.mjs '{"name", "part", …}'
import { once } from 'node:events';
import { CONTENDERS } from './contenders/list.mjs';
import { claims } from './parts/claims.mjs';
import { drain } from './parts/drain.mjs';
import { flow } from './parts/flow.mjs';
import { latency } from './parts/latency.mjs';
import { memory } from './parts/memory.mjs';
import { submitByCall, submitOverHttp } from './parts/submit.mjs';

const PARTS = { drain, latency, submit: submitByCall, 'submit-http': submitOverHttp, claims, flow, memory };
process.once('disconnect', () => process.exit(1)); // the parent has ended

const plan = JSON.parse(process.argv[2]);
const contender = await CONTENDERS[plan.name].load();

/** The parent reads the servers' CPU time before and after and starts the measurement; this process measures the time. */
async function measure(work) {
  process.send({ type: 'ready', configuration: contender.configuration(plan.part, plan.slots, plan.name) });
  await once(process, 'message');
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  process.send({ type: 'measured', result: { ...result, nodeMicros: user + system } });
  await once(process, 'message');
  return result;
}

const failure = await PARTS[plan.part](contender, plan, measure).then(
  () => undefined,
  (error) => error,
);
if (failure) process.send({ type: 'failed', reason: failure.stack ?? String(failure) }, () => process.exit(1));
else process.exit(0);
