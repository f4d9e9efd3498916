import { test as base } from '../../support/deskbell.ts';
import { Browser, Display, type Engine } from './engines.ts';
import { Screen } from './screen.ts';

export { agent, expect, site } from '../../support/deskbell.ts';
export type { Deskbell } from '../../support/deskbell.ts';
export * from './people.ts';
export { Screen } from './screen.ts';

/** What a project of the configuration chooses. */
export interface Choice {
  /** Where the stories run. */
  engine: Engine;
}

interface BrowserFixtures {
  /** Starts a browser of its own for one more person; its errors count as the story's. */
  open: () => Promise<Screen>;
  /** The customer's browser. */
  customer: Screen;
}

/** The stories' `test`, with browsers of the project's engine under WebDriver in place of Playwright's own. */
export const test = base.extend<BrowserFixtures, Choice & { display: Display | undefined }>({
  engine: ['firefox', { option: true, scope: 'worker' }],

  display: [
    async ({ engine }, use) => {
      // Firefox needs none.
      const display = engine === 'webkit' ? await Display.start() : undefined;
      await use(display);
      await display?.group.end();
    },
    { scope: 'worker' },
  ],

  open: async ({ engine, display, guard }, use, testInfo) => {
    const browsers: Browser[] = [];
    await use(async () => {
      const browser = await Browser.start(engine, display?.name);
      browsers.push(browser);
      return Screen.of(browser);
    });
    for (const browser of browsers) {
      await browser.end();
      for (const error of browser.errors) guard.note(error);
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach('browser.log', { body: browser.group.said, contentType: 'text/plain' });
      }
    }
  },

  customer: async ({ open }, use) => use(await open()),
});
