import { programName } from './package-root.ts';
import { runProcess } from './process-terminal.ts';
import { run } from './program.ts';

await runProcess(programName, run);
