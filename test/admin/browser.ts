import { describe } from '@jest/globals';
import { readFileSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';
const isRequired = process.env.REQUIRE_CHROMIUM === '1';
const either = existsSync(EXECUTABLE) || isRequired ? describe : describe.skip;

/** Tests in a real browser; without one they are reported as skipped, with a hint. REQUIRE_CHROMIUM=1 makes that an error. */
export function describeChromium(name: string, tests: () => void): void {
  either(existsSync(EXECUTABLE) ? name : `${name} (needs Chromium; Debian: apt-get install chromium)`, tests);
}

export interface Look {
  scheme: 'light' | 'dark';
  language: 'en' | 'zh';
  width: 1440 | 390;
}

export interface OpenPage {
  page: Page;
  /** Errors of the console so far: also what the content security policy refused. */
  errors: string[];
}

export class TestBrowser {
  private constructor(
    private readonly browser: Browser,
    private readonly url: string,
    private readonly key: string,
  ) {}

  static async launch(url: string, key: string): Promise<TestBrowser> {
    const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
    return new TestBrowser(browser, url, key);
  }

  close(): Promise<void> {
    return this.browser.close();
  }

  /** A page whose requests carry the key of an administrator, unless `signedIn` is false. */
  async open(look: Look, { signedIn = true } = {}): Promise<OpenPage> {
    const context = await this.browser.newContext({
      baseURL: this.url,
      viewport: { width: look.width, height: look.width === 390 ? 844 : 900 },
      reducedMotion: 'reduce',
      timezoneId: 'Asia/Shanghai',
      ...(signedIn && { extraHTTPHeaders: { authorization: `Bearer ${this.key}` } }),
    });
    await this.prefer(context, look);
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('console', (message) => {
      // The browser reports the answer to a reader who is not signed in.
      const isSession = /^\/session$/.test(new URL(message.location().url || this.url).pathname);
      if (message.type() === 'error' && !isSession) errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(error.message));
    return { page, errors };
  }

  private async prefer(context: BrowserContext, { scheme, language }: Look): Promise<void> {
    await context.addInitScript((value) => {
      if (localStorage.getItem('contenthub.preferences') === null) localStorage.setItem('contenthub.preferences', value);
    }, JSON.stringify({ scheme, language }));
  }
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface AxeResult {
  violations: { id: string; nodes: { target: string[]; any: { message: string }[] }[] }[];
}

/** What axe finds, one line for each element. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    (tags) => (globalThis as unknown as { axe: { run(options: object): Promise<AxeResult> } }).axe.run({ runOnly: tags }),
    TAGS,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(
      ({ target, any }) =>
        `${id}: ${target.join(' ')} ${any
          .map(({ message }) => message)
          .join(' ')
          .slice(0, 160)}`,
    ),
  );
}

/** Goes to an address within the loaded page, as a link does. */
export async function goWithin(page: Page, address: string): Promise<void> {
  await page.evaluate(`history.pushState({}, '', ${JSON.stringify(address)}); dispatchEvent(new PopStateEvent('popstate'))`);
  await page.waitForTimeout(300); // the former page stays until the next one is loaded
}

/** By how many pixels the page is wider than its window. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** A key as an input method sends it. */
export async function pressComposing(page: Page, init: { key: string; isComposing?: boolean; keyCode?: number }): Promise<void> {
  await page.evaluate(`document.body.dispatchEvent(new KeyboardEvent('keydown', ${JSON.stringify({ ...init, bubbles: true })}))`);
}
