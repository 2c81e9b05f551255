import { expect, it } from '@jest/globals';
import { StepStore } from '../../src/engine/step-store.ts';
import { type Engine, useEngines } from '../support/engine.ts';

const harness = useEngines();
const HASH = StepStore.hashOf({ url: 'a' });

async function startedTasks(count: number) {
  const engine: Engine = await harness.start({ handlers: [{ name: 'work', handle: () => null }] });
  const tasks = [];
  for (let i = 0; i < count; i++) {
    await engine.submit('work');
    tasks.push(await engine.claim());
  }
  return { steps: engine.get(StepStore), tasks };
}

it('stores steps that end together with one commit', async () => {
  const { steps, tasks } = await startedTasks(10);
  await Promise.all(tasks.map((task, i) => steps.save(task, 'draft', HASH, { i })));
  expect(await harness.sql(`SELECT count(*)::int AS steps, count(DISTINCT xmin::text)::int AS commits FROM task_steps`)).toEqual([
    { steps: 10, commits: 1 },
  ]);
});

it('answers each of several lookups in one statement with its own step', async () => {
  const { steps, tasks } = await startedTasks(4);
  const [first, second, third, fourth] = tasks.map(({ id }) => id) as [string, string, string, string];
  const outputs = [null, { text: 'a "quoted" \\ text, {with} braces' }, [1, 'zwei', null]];
  await Promise.all(outputs.map((output, i) => steps.save(tasks[i] as (typeof tasks)[number], 'draft', HASH, output)));
  const answers = await Promise.all([
    steps.find(third, 'draft', HASH),
    steps.find(fourth, 'draft', HASH),
    steps.find(first, 'draft', HASH),
    steps.find(second, 'outline', HASH),
    steps.find(second, 'draft', StepStore.hashOf({ url: 'b' })),
    steps.find(second, 'draft', HASH),
  ]);
  expect(answers).toEqual([{ output: outputs[2] }, undefined, { output: null }, undefined, undefined, { output: outputs[1] }]);
});

it('stores the steps of the other tasks when the output of one cannot be stored', async () => {
  const { steps, tasks } = await startedTasks(3);
  const outputs = ['one', 'a \u0000', 'three'];
  const saved = await Promise.allSettled(tasks.map((task, i) => steps.save(task, 'draft', HASH, outputs[i])));
  expect(saved.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await harness.sql(`SELECT output FROM task_steps ORDER BY output`)).toEqual([{ output: 'one' }, { output: 'three' }]);
});
