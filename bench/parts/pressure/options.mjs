import { parseArgs } from 'node:util';
import { positive, refuse } from '../../lib/options.mjs';
import { CELLS } from './cells.mjs';
import { PRESSURE_CONTENDERS, USUAL } from './contenders.mjs';

const RATE = '3000';

/**
 * Parses the command line after the word pressure. Ends the process with 2 for unknown options.
 * @returns seconds: of each cell, undefined for the usual length. complete: to be stored.
 * peers: needs the packages of bench/package.json
 */
export function parsePressureOptions(args) {
  const values = parse(args);
  const list = (name, known, usual) => {
    const chosen = values[name]?.split(',') ?? usual;
    const unknown = chosen.find((one) => !known.includes(one));
    if (unknown !== undefined) refuse(`--${name} knows no "${unknown}". Known: ${known.join(', ')}.`);
    return chosen;
  };
  const names = list('only', Object.keys(PRESSURE_CONTENDERS), USUAL);
  const chosen = list('cells', Object.keys(CELLS), Object.keys(CELLS));
  const cells = Object.keys(CELLS).filter((cell) => chosen.includes(cell)); // clean first
  const seconds = values.seconds === undefined ? undefined : positive('seconds', values.seconds);
  const complete = ['only', 'cells', 'seconds'].every((name) => values[name] === undefined);
  const peers = names.some((name) => PRESSURE_CONTENDERS[name].peer);
  return { names, peers, cells, seconds, rate: positive('rate', values.rate ?? RATE), complete };
}

function parse(args) {
  const text = { type: 'string' };
  try {
    return parseArgs({ args, options: { seconds: text, rate: text, cells: text, only: text } }).values;
  } catch (error) {
    return refuse(error.message);
  }
}
