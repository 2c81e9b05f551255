import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import sharp from 'sharp';
import { ensureAdminBuilt } from '../../scripts/build-admin.mjs';
import { json, startStubService } from '../declared/stub-service.ts';
import { picturesOf } from '../documents/pages.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { describeChromium, TestBrowser } from './browser.ts';
import { HANDLERS } from './guide/handlers.ts';
import { createNewsroom, type Language, type Newsroom, registerAgents } from './guide/newsroom.ts';
import { editorScenes, operatorScenes, type Scene } from './guide/scenes.ts';

/** GUIDE_PICTURES=write renews the pictures of the guides; Chinese ones need a Chinese font, such as fonts-wqy-microhei. */
const WRITES = process.env.GUIDE_PICTURES === 'write';
const SIZE = { width: 1280, height: 800 };

for (const language of ['en', 'zh'] as const) describeChromium(`the pictures of the guides (${language})`, () => definePictures(language));

function definePictures(language: Language): void {
  const folder = mkdtempSync(join(tmpdir(), 'contenthub-guide-'));
  let sink: Awaited<ReturnType<typeof startStubService>>;
  let server: TestApplication;
  let browser: TestBrowser;
  let room: Newsroom;
  let page: Page;
  let errors: string[];

  beforeAll(async () => {
    await ensureAdminBuilt();
    sink = await startStubService();
    sink.answer(json({}));
    server = await startApplication({
      handlers: HANDLERS,
      settings: {
        SOURCE_ROOTS: '.',
        PUBLISH_DIR: folder,
        EGRESS_ALLOW_PRIVATE: sink.host,
        QUEUE_SLOTS: 'reports=1',
        ALERT_INTERVAL: '3600',
      },
    });
    room = await createNewsroom(server, language, sink.url);
    browser = await TestBrowser.launch(server.url, server.key);
    ({ page, errors } = await browser.open({ scheme: 'light', language, width: 1440 }));
    await page.setViewportSize(SIZE);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await sink?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const take = async (scenes: readonly Scene[]): Promise<string[]> => {
    const taken: string[] = [];
    for (const { name, path, settled, before, after } of scenes) {
      await page.goto(path);
      await page.locator(settled).first().waitFor({ timeout: 20_000 });
      await before?.(page);
      await page.waitForLoadState('networkidle', { timeout: 2_000 }).catch(() => undefined); // an event stream never ends
      const png = await page.screenshot();
      await after?.(page);
      const file = `images/${language}/${name}.webp`;
      const webp = await sharp(png).webp({ quality: 80, effort: 6, smartSubsample: true }).toBuffer();
      if (WRITES) {
        mkdirSync(`docs/guide/images/${language}`, { recursive: true });
        writeFileSync(`docs/guide/${file}`, webp);
      }
      const { width, height } = await sharp(readFileSync(`docs/guide/${file}`)).metadata();
      expect({ file, width, height }).toEqual({ file, ...SIZE });
      taken.push(file);
    }
    return taken;
  };

  it('editors: each picture of the guide is made by its page', async () => {
    const taken = await take(editorScenes(room, language));
    expect(taken.toSorted()).toEqual(picturesOf(`docs/guide/editors.${language}.md`).toSorted());
    expect(errors).toEqual([]);
  });

  it('operators: each picture of the guide is made by its page', async () => {
    await registerAgents(server);
    const taken = await take(operatorScenes(room));
    expect(taken.toSorted()).toEqual(picturesOf(`docs/guide/operators.${language}.md`).toSorted());
    expect(errors).toEqual([]);
  });
}
