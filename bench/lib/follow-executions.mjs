const ENDS = ['completed', 'failed', 'timeout', 'cancelled'];

/**
 * Follows the event stream of executions, after ensureBuilt(). `open(path)` requests a stream. Resolves once the stream is ready.
 * `ended(id)` resolves with the event of the end of an execution that was submitted since; rejects once the stream has ended.
 */
export async function followExecutions({ open }) {
  const { parseEvents } = await import('../../dist/src/cli/event-stream.js');
  const aborter = new AbortController();
  const response = await open('/events?topics=executions', aborter.signal);
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  const ends = new Map();
  let failure;
  const endOf = (id) => {
    if (!ends.has(id)) ends.set(id, Promise.withResolvers());
    const end = ends.get(id);
    if (failure) end.reject(failure);
    return end;
  };
  const ready = Promise.withResolvers();
  const read = async () => {
    for await (const events of parseEvents(response.body)) {
      for (const { event, data } of events) {
        if (event === 'ready') ready.resolve();
        if (event === 'bye') throw new Error(`the server closed the event stream: ${data.reason}`);
        if (event === 'execution' && ENDS.includes(data.status)) endOf(data.executionId).resolve(data);
      }
    }
    throw new Error('the event stream ended');
  };
  const reading = read().catch((error) => {
    failure = error;
    for (const { reject } of [ready, ...ends.values()]) reject(error);
  });
  await ready.promise;
  return {
    ended: (id) => endOf(id).promise,
    close: () => {
      aborter.abort();
      return reading;
    },
  };
}
