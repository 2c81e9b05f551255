import { programName } from '../package-root.ts';
import { runProcess } from '../process-terminal.ts';
import { runCreator } from './creator-program.ts';

await runProcess(programName, runCreator);
