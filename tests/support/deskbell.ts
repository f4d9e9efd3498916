import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as base, type BrowserContextOptions, type Page } from '@playwright/test';
import { Guard } from './guard.ts';
import { agent, Deskbell, deskbell as runDeskbell, site } from './server.ts';
import { Shop } from './shop.ts';

export { expect } from '@playwright/test';
export * from './chat.ts';
export { blockStorage, blockWebAssembly } from './blocked.ts';
export * from './console.ts';
export { gate } from './gate.ts';
export { bell, expectAccessible, launcher, openConsole, openWidget, tabTo, widget } from './pages.ts';
export { agent, site } from './server.ts';
export { identify, keptForNextPage, ringsOf, sayOnEveryPage } from './shop-page.ts';
export type { BrowserContext, Frame, FrameLocator, Locator, Page } from '@playwright/test';
export type { Guard } from './guard.ts';
export type { Deskbell } from './server.ts';

interface StoryFixtures {
  /** Fails the story on any browser error that it did not announce with `guard.expectError`. */
  guard: Guard;
  /** A server of this story's own, with the demo site and one agent. */
  deskbell: Deskbell;
  /** Another page in a browser context of its own: another customer, or an agent. Guarded as `page` is. */
  newPage: (options?: BrowserContextOptions) => Promise<Page>;
}

interface WorkerFixtures {
  /** The merchant's web server, and a folder with a database in which everybody is registered already. */
  merchant: { shop: Shop; prepared: string };
}

/** `test` with a real server, a shop on another origin, and no tolerance for browser errors. */
export const test = base.extend<StoryFixtures, WorkerFixtures>({
  merchant: [
    async ({}, use) => {
      const shop = await Shop.start();
      const prepared = await mkdtemp(join(tmpdir(), 'deskbell-prepared-'));
      const database = join(prepared, 'deskbell.db');
      await runDeskbell(database, ['site', 'add', '--key', site.key, '--name', site.name, '--origin', shop.origin]);
      const who = ['--email', agent.email, '--name', agent.name, '--password-stdin'];
      await runDeskbell(database, ['agent', 'add', ...who], `${agent.password}\n`);
      await use({ shop, prepared });
      await shop.stop();
      await rm(prepared, { recursive: true });
    },
    { scope: 'worker' },
  ],

  guard: [
    async ({}, use) => {
      const guard = new Guard();
      await use(guard);
      expect(guard.unexpected(), 'errors in the browser').toEqual([]);
    },
    { auto: true },
  ],

  deskbell: async ({ merchant }, use, testInfo) => {
    const folder = await mkdtemp(join(tmpdir(), 'deskbell-story-'));
    await cp(merchant.prepared, folder, { recursive: true });
    const server = await Deskbell.start(join(folder, 'deskbell.db'), merchant.shop);
    await use(server);
    await server.stop();
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('server.log', { body: server.log, contentType: 'text/plain' });
    }
    await rm(folder, { recursive: true });
  },

  // The server comes first, so that pages are closed before it stops: an interrupted stream would be an error.
  context: async ({ deskbell: _, context, guard }, use) => {
    guard.watch(context);
    await use(context);
  },

  newPage: async ({ deskbell: _, browser, guard }, use) => {
    const opened: Page[] = [];
    await use(async (options) => {
      const context = await browser.newContext(options);
      guard.watch(context);
      const page = await context.newPage();
      opened.push(page);
      return page;
    });
    for (const page of opened) await page.context().close();
  },
});
