import type { INestApplicationContext } from '@nestjs/common';
import { resolve } from 'node:path';
import { PreviewLinks } from '../content/contents/preview-link.ts';
import { ContentService } from '../content/contents/content.service.ts';
import { SOURCE_UNUSABLE } from '../content/accounts/account.service.ts';
import { ProblemError } from '../platform/http/problem.ts';
import { ExampleSeeder } from '../content/example/example-seeder.ts';
import { AsyncContentGenerationService } from '../content/generation/async-content-generation.service.ts';
import { SignInLinkStore } from '../platform/auth/sign-in/sign-in-link.store.ts';
import { isLoopbackHost, Settings } from '../platform/config/settings.ts';
import { Draining } from '../platform/lifecycle/drain.ts';
import type { StatusOutput } from '../platform/telemetry/status-output.ts';

export interface StartFacts {
  url: string;
  /** The first API key, at the start that created it. */
  key: string | null;
  /** Migrations applied by this start. */
  applied: readonly string[];
}

const LOOK_EVERY_MS = 100;
const PATIENCE_MS = 60_000;

/** Prints what was started and what to do next. A first start also writes the first article. */
export async function welcome(app: INestApplicationContext, out: StatusOutput, facts: StartFacts): Promise<void> {
  const settings = app.get(Settings);
  const roles = settings.appRoles.join(', ');
  const migrations = facts.applied.length > 0 ? `   ✓ ${facts.applied.length} migrations applied` : '';
  out.say(`✓ ContentHub ${facts.url} (${roles})${migrations}`, { url: facts.url });
  if (settings.embedded) out.say(`  Data      ${resolve(settings.dataDir)}`);
  out.say(`  API docs  ${facts.url}/docs`);
  if (isLoopbackHost(settings.host)) out.say(`  Admin     ${await adminLink(app, facts.url, out.plain)}`);
  if (facts.key !== null) {
    const file = resolve(settings.dataDir, 'api-key');
    for (const line of keyLines(facts.key, file, out.plain && process.stdout.isTTY)) out.say(line);
  }
  if (settings.seeding) await firstArticle(app, out, facts.url);
  out.say('Try: npx contenthub content generate --account contenthub-zh --topic "任务如何不丢不重"');
}

/** Prints the key only to a terminal, because other outputs are stored: in a file, by a log collector, in a CI job. */
export function keyLines(key: string, file: string, onTerminal: boolean): string[] {
  const where = `${file} (0600), where the CLI finds it`;
  if (!onTerminal) return [`  API key   in ${where}`];
  return [`  API key   ${key}`, `            shown only once, and stored in ${where}`];
}

/** Signs in once, within 15 minutes. Output in JSON is stored by a log collector, so the code is left out. */
async function adminLink(app: INestApplicationContext, url: string, withCode: boolean): Promise<string> {
  if (!withCode) return `${url}/admin/`;
  const { token } = await app.get(SignInLinkStore).issueCode();
  return `${url}/admin/?code=${token}`;
}

async function firstArticle(app: INestApplicationContext, out: StatusOutput, url: string): Promise<void> {
  const id = await app.get(ExampleSeeder).seed().catch(withoutDocuments);
  if (id === null)
    out.say('  No example accounts: they need the documents of the checkout. Start in the checkout, or name it in SOURCE_ROOTS.');
  if (id === undefined || id === null) return;
  out.say('✓ Example accounts created; writing the first article from the documents of this repository …');
  const generation = app.get(AsyncContentGenerationService);
  const until = Date.now() + PATIENCE_MS;
  let task = await generation.getTask(id, null);
  while (task.completedAt === null && Date.now() < until && !app.get(Draining).active) {
    await new Promise((ok) => setTimeout(ok, LOOK_EVERY_MS));
    task = await generation.getTask(id, null);
  }
  if (task.contentId === null) {
    out.say(
      `  The first article is ${task.status}${task.errorMessage ? `: ${task.errorMessage}` : ''}. See: npx contenthub task status ${task.taskId}`,
    );
    return;
  }
  const content = await app.get(ContentService).get(task.contentId);
  const score = content.qualityScore === null ? '' : `, score ${content.qualityScore}`;
  out.say(`✓ “${content.title}”`);
  out.say(`  ${content.wordCount} words${score}, ${content.reviewStatus}: ${url}${app.get(PreviewLinks).create(content.id)}`);
}

/** The example is optional: a start outside of the checkout continues without it. */
function withoutDocuments(error: unknown): null {
  if (error instanceof ProblemError && error.code === SOURCE_UNUSABLE) return null;
  throw error;
}
