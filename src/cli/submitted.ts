import type { Invocation } from './invocation.ts';

/** Prints the id of a submitted task, or all its fields where a format or columns were chosen, and how to follow it. */
export function printSubmitted(call: Invocation, id: string, show: () => void): void {
  if (call.printer.format === 'table' && !call.options.columns) call.printer.text(`${id}\n`);
  else show();
  call.note(`Next: contenthub task status ${id} --follow`);
}
