import { readFileSync } from 'node:fs';
import {
  bell,
  expect,
  expectAccessible,
  launcher,
  modelReady,
  openConsole,
  openWidget,
  ownBell,
  type Page,
  said,
  standing,
  test,
  waiting,
  widget,
  write,
} from '../support/deskbell.ts';

const de = JSON.parse(readFileSync(new URL('../../web/locales/de.json', import.meta.url), 'utf8'));

for (const name of ['strict-policy', 'isolated', 'rude-styles']) {
  test(`on the page ${name}.html a message is answered and the bell rings`, async ({ page, newPage, deskbell }) => {
    await page.goto(`${deskbell.shop.origin}/host/${name}.html`);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(name === 'isolated');
    await expect(bell(page)).toHaveCSS('background-color', 'rgb(226, 180, 84)');
    const chat = await openWidget(page, deskbell, `/host/${name}.html`);
    await modelReady(chat);
    await write(chat, 'where is my parcel?? order 1042');
    await expect(said(chat, 'bot')).toHaveCount(1);
    // The rude page draws everything three times as large: the chat's own bell is off the screen, so the page's stays.
    await (name === 'rude-styles' ? bell(page) : ownBell(chat)).click();
    await expect(standing(chat)).toContainText('Your request is stored.');
    await expect(waiting(await openConsole(await newPage(), deskbell))).toContainText('Rang the bell');
  });
}

test('the chat outlives a page that replaces its body, and an element that is removed comes back', async ({
  page,
  deskbell,
}) => {
  const loads: string[] = [];
  page.on('framenavigated', (frame) => {
    if (frame.url().startsWith(`${deskbell.origin}/widget`)) loads.push(frame.url());
  });
  const chat = await openWidget(page, deskbell);
  await ownBell(chat).click();
  await expect(standing(chat)).toContainText('Your request is stored.');

  await page.evaluate(() => {
    const next = document.createElement('body');
    next.append(Object.assign(document.createElement('h1'), { textContent: 'Next page' }));
    document.body.replaceWith(next);
  });
  await expect(page.getByRole('heading', { name: 'Next page' })).toBeVisible();
  await expect(standing(chat)).toContainText('Your request is stored.');
  expect(loads).toHaveLength(1);

  await page.evaluate(() => document.querySelector('deskbell-chat')?.remove());
  await expect(launcher(page)).toBeVisible();
  await expect(standing(chat)).toContainText('Your request is stored.');
  expect(loads).toHaveLength(2);
});

test("a merchant's wishes are followed, and before the customer reaches for the chat only loader and words are loaded", async ({
  page,
  deskbell,
}) => {
  const loaded: string[] = [];
  page.on('request', (request) => {
    const { origin, pathname } = new URL(request.url());
    if (origin === deskbell.origin) loaded.push(pathname);
  });
  await page.goto(`${deskbell.shop.origin}/host/settings.html`);
  await expect(page.getByRole('button', { name: de.loader.bell })).toBeInViewport({ ratio: 1 });
  expect(loaded).toEqual(['/embed.js', '/loader/de.js']);
  const launched = page.getByRole('button', { name: 'Need help?' });
  await expect(launched).toHaveCSS('background-color', /^lab\(90\.\d+ /);
  await expect(page.locator('deskbell-chat section')).toHaveCSS('z-index', '42');
  const [box, height] = [await launched.boundingBox(), page.viewportSize()?.height ?? 0];
  expect(box?.x).toBe(20);
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBe(height - 60);
  await expectAccessible(page);
  await launched.click();
  await expect(widget(page).getByRole('textbox')).toBeVisible();
  await expect(page.locator('deskbell-chat iframe')).toHaveAttribute('src', /[?&]language=de(&|$)/);
});

test('no wish of a merchant takes the bell out of sight', async ({ page, deskbell }) => {
  await page.goto(`${deskbell.shop.origin}/host/bad-settings.html`);
  await expect(bell(page)).toBeInViewport({ ratio: 1 });
  await expect(page.getByRole('button', { name: 'Chat with us' })).toBeInViewport({ ratio: 1 });
  // Opaque, with text that can be read on it.
  for (const button of [bell(page), launcher(page)]) await expect(button).not.toHaveCSS('background-color', /\/|, 0\)|transparent/);
  await expectAccessible(page);
  await bell(page).click();
  await expect(standing(widget(page))).toContainText('Your request is stored.');
});

test('a launcher with too much to say stays on a small screen, and leaves the bell there', async ({ page, deskbell }) => {
  await page.setViewportSize({ width: 320, height: 480 });
  await page.goto(`${deskbell.shop.origin}/host/long-launcher.html`);
  await expect(launcher(page)).toHaveText('Donaudampfschiff'.repeat(60).slice(0, 60));
  await expect(launcher(page)).toBeInViewport({ ratio: 1 });
  await expect(bell(page)).toBeInViewport({ ratio: 1 });
});

/** What the page says in the browser's console. */
function hintsOf(page: Page): string[] {
  const hints: string[] = [];
  page.on('console', (message) => hints.push(message.text()));
  return hints;
}

test('a second script tag for the same site is a no-op with a hint; after destroy it starts afresh', async ({
  page,
  deskbell,
}) => {
  const hints = hintsOf(page);
  await page.goto(`${deskbell.shop.origin}/host/twice.html`);
  await expect.poll(() => hints.join()).toContain('demo is here already');
  await expect(page.locator('deskbell-chat')).toHaveCount(1);

  await page.evaluate(() => window.Deskbell?.('destroy'));
  await expect(page.locator('deskbell-chat')).toHaveCount(0);
  await page.evaluate(() => {
    const again = document.createElement('script');
    again.src = document.scripts[0]?.src ?? '';
    again.dataset.site = 'demo';
    document.body.append(again);
  });
  await launcher(page).click();
  await expect(widget(page).getByRole('textbox')).toBeVisible();
});

test('a script tag without a key draws nothing and says what is missing', async ({ page, deskbell }) => {
  const hints = hintsOf(page);
  await page.goto(`${deskbell.shop.origin}/host/no-site.html`);
  await expect.poll(() => hints.join()).toContain('no data-site');
  await expect(page.locator('deskbell-chat')).toHaveCount(0);
});

test('the page can open, ring and close the chat, even before the loader has run', async ({ page, deskbell }) => {
  await page.addInitScript(() => {
    if (window !== window.top) return;
    window.Deskbell ??= (...call: unknown[]) => (window.Deskbell!.q ??= []).push(call);
    window.Deskbell('bell');
  });
  await page.goto(deskbell.shop.origin);
  await expect(standing(widget(page))).toContainText('Your request is stored.');
  await expect(page.locator('body')).toBeFocused();
  await page.evaluate(() => window.Deskbell?.('close'));
  await expect(launcher(page)).toHaveAttribute('aria-expanded', 'false');
  await page.evaluate(() => window.Deskbell?.('open'));
  await expect(launcher(page)).toHaveAttribute('aria-expanded', 'true');
});

test('messages from anywhere but the frame are not obeyed', async ({ page, deskbell }) => {
  const chat = await openWidget(page, deskbell);
  await page.evaluate((origin) => {
    postMessage({ deskbell: 'failed' }, '*');
    dispatchEvent(new MessageEvent('message', { data: { deskbell: 'failed' }, origin }));
    return new Promise((resolve) => {
      addEventListener('message', ({ data }) => data === 'heard' && resolve(data));
      postMessage('heard', '*');
    });
  }, deskbell.origin);
  await expect(page.getByText('The chat did not load.')).toHaveCount(0);
  await expect(chat.getByRole('textbox')).toBeVisible();
});

test('a page of another shop cannot frame the chat', async ({ page, deskbell, guard }) => {
  guard.expectError(/frame-ancestors/);
  await page.goto(`${deskbell.shop.origin.replace('localhost', '127.0.0.1')}/host/no-site.html`);
  await page.evaluate((address) => {
    const frame = Object.assign(document.createElement('iframe'), { src: address });
    document.body.append(frame);
    return new Promise((loaded) => frame.addEventListener('load', loaded));
  }, `${deskbell.origin}/widget?site=demo`);
  await expect(page.frameLocator('iframe').getByRole('textbox')).toHaveCount(0);
  expect(page.frames().map((frame) => frame.url())).not.toContain(`${deskbell.origin}/widget?site=demo`);
});
