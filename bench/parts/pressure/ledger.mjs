// What the processes of a cell did, in files outside of the queue. A record is written before the handler returns, so
// that it outlives a SIGKILL of its process.
import { closeSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** n uint32, time float64. */
const START_BYTES = 12;
/** first n uint32, count uint32, time float64, accepted 0 or 1. */
const CALL_BYTES = 17;

/** Milliseconds since 1970, comparable between the processes of one machine. */
export const now = () => performance.timeOrigin + performance.now();

/** One file for each worker process. @returns a function to call as task n starts */
export function startWriter(folder) {
  const file = openSync(join(folder, `starts-${process.pid}`), 'a');
  const record = Buffer.alloc(START_BYTES);
  return (n, at = now()) => {
    record.writeUInt32LE(n, 0);
    record.writeDoubleLE(at, 4);
    writeSync(file, record);
  };
}

/** Calls of the producer, each stored when it has been answered. */
export function callWriter(folder) {
  const file = openSync(join(folder, 'calls'), 'a');
  const record = Buffer.alloc(CALL_BYTES);
  return {
    store({ from, count, at, accepted }) {
      record.writeUInt32LE(from, 0);
      record.writeUInt32LE(count, 4);
      record.writeDoubleLE(at, 8);
      record.writeUInt8(accepted ? 1 : 0, 16);
      writeSync(file, record);
    },
    close: () => closeSync(file),
  };
}

const startFiles = (folder) => readdirSync(folder).filter((name) => name.startsWith('starts-'));

/** How often handlers have started so far. */
export const countStarts = (folder) => startFiles(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size / START_BYTES, 0);

/** Calls `visit(n, at)` for each start, in no order. */
export function visitStarts(folder, visit) {
  for (const name of startFiles(folder)) {
    visitRecords(join(folder, name), START_BYTES, (data, i) => visit(data.readUInt32LE(i), data.readDoubleLE(i + 4)));
  }
}

/** Calls `visit({from, count, at, accepted})` for each call that was answered. */
export function visitCalls(folder, visit) {
  visitRecords(join(folder, 'calls'), CALL_BYTES, (data, i) =>
    visit({
      from: data.readUInt32LE(i),
      count: data.readUInt32LE(i + 4),
      at: data.readDoubleLE(i + 8),
      accepted: data.readUInt8(i + 16) === 1,
    }),
  );
}

/** A process that was killed may leave an incomplete record at the end. */
function visitRecords(path, bytes, visit) {
  const data = readFileSync(path);
  for (let i = 0; i + bytes <= data.length; i += bytes) visit(data, i);
}
