// One of the processes of the part spread: node spread-worker.mjs '{"name", "postgresUrl", "redisUrl", "slots",
// "part"}'
// It sends "ready", works from the first message to the second, and then sends how many tasks it ran.
import { once } from 'node:events';
import { CONTENDERS } from './contenders/list.mjs';

process.once('disconnect', () => process.exit(1)); // the parent has ended

const plan = JSON.parse(process.argv[2]);
const contender = await CONTENDERS[plan.name].load();
let ran = 0;
const instance = await contender.open({ ...plan, onTask: () => ran++ });
process.send({ ready: true });
await once(process, 'message');
await instance.start();
await once(process, 'message');
await instance.close();
process.send({ ran }, () => process.exit(0));
