import type { AttemptPorts } from '../attempts/attempt.ts';
import { type AttemptMessage, nameOf, type ProcessOrder } from './process-messages.ts';

type Answer = Extract<ProcessOrder, { type: 'answer' }>;
type Step = { step: string; inputs: unknown };
type Question = ({ type: 'findStep' } & Step) | ({ type: 'saveStep'; output: unknown } & Step);

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** The ports of an attempt in a child process: they send to the worker. Calls with an answer wait for it. */
export class ProcessPorts implements AttemptPorts {
  private readonly waiting = new Map<number, Waiting>();
  private calls = 0;

  /**
   * `send` resolves when the message was sent, so that a handler that floods its log waits for the worker instead of
   * filling memory.
   */
  constructor(private readonly send: (message: AttemptMessage) => Promise<void>) {}

  readonly writeLog: AttemptPorts['writeLog'] = ({ level, message, data, ...fence }) =>
    this.send({ of: nameOf(fence), type: 'log', level, message, data });

  readonly writeProgress: AttemptPorts['writeProgress'] = ({ task, percent, step }) =>
    this.send({ of: nameOf(task), type: 'progress', percent, step });

  readonly findStep: AttemptPorts['findStep'] = async (task, step, inputs) =>
    (await this.ask(nameOf(task), { type: 'findStep', step, inputs: asHashed(inputs) })) as { output: unknown } | undefined;

  readonly saveStep: AttemptPorts['saveStep'] = async (task, step, inputs, output) => {
    await this.ask(nameOf(task), { type: 'saveStep', step, inputs: asHashed(inputs), output });
  };

  receiveAnswer({ call, value, error }: Answer): void {
    const waiting = this.waiting.get(call);
    this.waiting.delete(call);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(error));
  }

  private async ask(of: string, question: Question): Promise<unknown> {
    const call = ++this.calls;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.waiting.set(call, { resolve, reject });
    await this.send({ of, call, ...question });
    return promise;
  }
}

/** The inputs of a step are identified by the hash of their JSON, so only that is sent. */
function asHashed(inputs: unknown): unknown {
  return JSON.parse(JSON.stringify(inputs ?? null));
}
