import { bell, blockWebAssembly, expect, launcher, openConsole, type Page, reply, said, take, test, waiting, widget } from '../support/deskbell.ts';

/** What the page heard, in order, as `event` or `event:detail`. */
const heard = (page: Page) => page.evaluate(() => (window as unknown as { heard: string[] }).heard);

test('a page hears what happens, also with listeners from before the loader ran', async ({ page, newPage, deskbell }) => {
  await page.addInitScript(() => {
    if (window !== window.top) return;
    const heard: string[] = [];
    Object.assign(window, { heard });
    window.Deskbell ??= (...call: unknown[]) => (window.Deskbell!.q ??= []).push(call);
    for (const event of ['open', 'close', 'ready', 'bell', 'unread', 'state', 'failed'] as const) {
      window.Deskbell('on', event, ({ detail: { site, ...more } }) => heard.push([event, site, ...Object.values(more)].join(':')));
    }
  });
  await page.goto(deskbell.shop.origin);
  await bell(page).click();
  await expect.poll(() => heard(page)).toContain('state:demo:waiting');
  await expect.poll(() => heard(page)).toContain('ready:demo');
  await launcher(page).click();
  const agentPage = await openConsole(await newPage(), deskbell);
  await take(agentPage, waiting(agentPage));
  await expect.poll(() => heard(page)).toContain('state:demo:with_agent');
  await reply(agentPage, 'Good day.');
  await expect(launcher(page)).toContainText('1 new');
  await expect.poll(async () => (await heard(page)).at(-1)).toMatch(/^unread:demo:[12]$/);
  expect((await heard(page)).slice(0, 2)).toEqual(['bell:demo', 'open:demo']);
  expect(await heard(page)).toContain('close:demo');
  await launcher(page).click();
  await expect(said(widget(page), 'agent')).toHaveText(['Good day.']);
});

test('a listener can be taken back, a failed chat is told, and destroy leaves nothing behind', async ({
  page,
  context,
  deskbell,
  guard,
}) => {
  await blockWebAssembly({ context, deskbell, guard });
  await page.goto(deskbell.shop.origin);
  await expect(bell(page)).toBeVisible();
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    const listen = () => heard.push('not any more');
    window.Deskbell?.('on', 'open', listen);
    window.Deskbell?.('off', 'open', listen);
    window.Deskbell?.('on', 'failed', ({ detail }) => heard.push(`failed:${detail.site}`));
    window.Deskbell?.('open');
  });
  await expect.poll(() => heard(page)).toEqual(['failed:demo']);
  await page.evaluate(() => window.Deskbell?.('destroy'));
  await expect(page.locator('deskbell-chat')).toHaveCount(0);
  await page.evaluate(() => window.Deskbell?.('open'));
  await expect(page.locator('deskbell-chat')).toHaveCount(0);
});
