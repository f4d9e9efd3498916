import {
  bell,
  composer,
  expect,
  launcher,
  modelReady,
  openConsole,
  openWidget,
  ownBell,
  type Page,
  said,
  site,
  standing,
  test,
  waiting,
  widget,
  write,
} from '../support/deskbell.ts';

/** The loader's bell in whatever language. */
const anyBell = (page: Page) => page.locator('deskbell-chat button.bell');

for (const [name, what] of [
  ['hostile-styles', 'whose style sheet fights every element'],
  ['quirks', 'in quirks mode'],
  ['polluted', 'with foreign things on the prototype of every object'],
] as const) {
  test(`on a page ${what} the bell is in sight, rings, and the chat answers`, async ({ page, newPage, deskbell }) => {
    await page.goto(`${deskbell.shop.origin}/host/${name}.html`);
    expect(await page.evaluate(() => document.compatMode)).toBe(name === 'quirks' ? 'BackCompat' : 'CSS1Compat');
    await expect(bell(page)).toBeInViewport({ ratio: 1 });
    await expect(bell(page)).toHaveCSS('background-color', 'rgb(226, 180, 84)');
    await expect(bell(page)).toHaveCSS('font-size', '14px');
    await bell(page).click();
    const chat = widget(page);
    await expect(standing(chat)).toContainText('Your request is stored.');
    await write(chat, 'my fern has no leaves');
    await expect(said(chat, 'customer')).toHaveText(['my fern has no leaves']);
    await expect(waiting(await openConsole(await newPage(), deskbell))).toHaveCount(1);
    await launcher(page).click();
    await expect(launcher(page)).toHaveAttribute('aria-expanded', 'false');
    await expect(bell(page)).toBeInViewport({ ratio: 1 });
  });
}

test('on a page read from right to left the bell keeps its corner and rings', async ({ page, newPage, deskbell }) => {
  await page.goto(`${deskbell.shop.origin}/host/right-to-left.html`);
  await expect(anyBell(page)).toBeInViewport({ ratio: 1 });
  await expect(anyBell(page)).toHaveAttribute('dir', 'rtl');
  await expect(page.locator('deskbell-chat')).toHaveAttribute('lang', 'ar');
  const [box, width] = [await launcher(page).boundingBox(), page.viewportSize()?.width ?? 0];
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBe(width - 16);
  await anyBell(page).click();
  await expect(waiting(await openConsole(await newPage(), deskbell))).toContainText('Rang the bell');
});

test('a bell above a cookie banner can be pressed, and so can the banner', async ({ page, newPage, deskbell }) => {
  await page.goto(`${deskbell.shop.origin}/host/cookie-banner.html`);
  await expect(bell(page)).toHaveCSS('background-color', /^lab\(2[67]\.\d+ /);
  // Whichever contrasts: white on dark blue.
  const [red] = await bell(page).evaluate((it) => /[\d.]+/.exec(getComputedStyle(it).color.replace('color(xyz', '')) ?? []);
  expect(Number(red)).toBeGreaterThan(0.9);
  await page.getByRole('button', { name: 'Fine' }).click();
  await page.reload();
  await bell(page).click();
  await expect(waiting(await openConsole(await newPage(), deskbell))).toContainText('Rang the bell');
  await expect(page.getByRole('button', { name: 'Fine' })).toBeInViewport({ ratio: 1 });
});

test('two sites on one page have a bell and a conversation each', async ({ page, newPage, deskbell }) => {
  const { origin } = deskbell.shop;
  await deskbell.cli(['site', 'add', '--key', 'second', '--name', 'Second shop', '--origin', origin]);
  await page.goto(`${origin}/host/two-sites.html`);
  const host = (text: string) => page.locator('deskbell-chat').filter({ has: page.getByRole('button', { name: text }) });
  const conversations = new Set<string>();
  page.on('request', (request) => {
    const id = /\/v1\/conversations\/([^/]+)\/escalation/.exec(request.url())?.[1];
    if (id) conversations.add(id);
  });
  const second = host('Ask the second shop').getByRole('button', { name: 'Talk to a human' });
  await expect(second).toBeInViewport({ ratio: 1 });
  await second.click();
  const agentPage = await openConsole(await newPage(), deskbell);
  await expect(waiting(agentPage)).toHaveCount(1);
  await host('Chat with us').getByRole('button', { name: 'Talk to a human' }).click();
  await expect(waiting(agentPage)).toHaveCount(2);
  await expect(page.locator('deskbell-chat iframe')).toHaveCount(2);
  for (const index of [0, 1]) {
    const chat = page.locator('deskbell-chat').nth(index).locator('iframe').contentFrame();
    await expect(said(chat)).toHaveText(['You asked for a person.']);
  }
  expect(conversations.size).toBe(2);
});

test('the chat outlives a page that changes without loading', async ({ page, newPage, deskbell }) => {
  const chat = await openWidget(page, deskbell, '/host/single-page-app.html');
  await composer(chat).fill('half a sentence');
  await page.getByRole('link', { name: 'Ferns' }).click();
  await expect(page.getByRole('heading', { name: 'Ferns' })).toBeVisible();
  await expect(composer(chat)).toHaveValue('half a sentence');
  await ownBell(chat).click();
  await expect(waiting(await openConsole(await newPage(), deskbell))).toContainText('Rang the bell');
});

test('on a phone one touch rings, and the open chat fills the screen', async ({ newPage, deskbell }) => {
  const page = await newPage({ viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });
  await page.goto(deskbell.shop.origin);
  await bell(page).tap();
  const chat = widget(page);
  await expect(standing(chat)).toContainText('Your request is stored.');
  await expect(ownBell(chat)).toBeInViewport({ ratio: 1 });
  await expect(bell(page)).toBeHidden();
  const box = await page.locator('deskbell-chat section').boundingBox();
  expect([box?.x, box?.y, box?.width, box?.height]).toEqual([0, 0, 360, 640]);
  await expect(waiting(await openConsole(await newPage(), deskbell))).toContainText('Rang the bell');
});

for (const [how, days] of [
  ['slow', -365],
  ['fast', 365],
] as const) {
  test(`a device whose clock is ${how} by a year is answered, and its bell rings`, async ({ page, newPage, deskbell }) => {
    await page.clock.install({ time: Date.now() + days * 24 * 3_600_000 });
    const chat = await openWidget(page, deskbell);
    await write(chat, 'where is my parcel?? order 1042');
    await expect(said(chat, 'bot')).toHaveCount(1);
    await ownBell(chat).click();
    await expect(standing(chat)).toContainText('Your request is stored.');
    await expect(said(chat).last()).toHaveText('You asked for a person.');
    await expect(waiting(await openConsole(await newPage(), deskbell))).toContainText('Rang the bell');
  });
}

test('a reader that is killed costs no message and no bell', async ({ page, context, newPage, deskbell }) => {
  await context.addInitScript(() => {
    const Started = window.Worker;
    window.Worker = class extends Started {
      constructor(...given: ConstructorParameters<typeof Started>) {
        super(...given);
        addEventListener('kill-the-reader', () => this.terminate());
      }
    };
  });
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await chat.locator('body').evaluate(() => dispatchEvent(new Event('kill-the-reader')));
  await write(chat, 'where is my parcel?? order 1042');
  await expect(said(chat, 'bot')).toContainText('You can see where your order is');
  await ownBell(chat).click();
  await expect(standing(chat)).toContainText('Your request is stored.');
  await expect(waiting(await openConsole(await newPage(), deskbell))).toContainText('Rang the bell');
});

test('where frames and requests are blocked the next step is on screen', async ({ page, context, deskbell, guard }) => {
  guard.expectError(/violates .* Content Security Policy/);
  await page.goto(`${deskbell.shop.origin}/host/no-connections.html`);
  await bell(page).click();
  await expect(page.getByText('We cannot reach the shop at the moment. Your request is kept and tried again by itself.').last()).toBeVisible();
  const opened = context.waitForEvent('page');
  await page.getByRole('link', { name: 'Write to a person' }).click();
  await expect((await opened).getByRole('heading', { name: `Talk to a person at ${site.name}` })).toBeVisible();
});

test("where the chat does not start, the shop's phone and e-mail are on screen", async ({
  page,
  context,
  deskbell,
  guard,
}) => {
  guard.expectError(new RegExp(`ERR_FAILED.*${deskbell.origin}/assets/widget_bg-[0-9a-f]+\\.wasm`));
  const { origin } = deskbell.shop;
  const ways = ['--phone', '+49 30 1234', '--email', 'help@second.example'];
  await deskbell.cli(['site', 'add', '--key', 'second', '--name', 'Second shop', '--origin', origin, ...ways]);
  await context.route('**/*.wasm', (route) => route.abort());
  await page.goto(`${origin}/host/two-sites.html`);
  await page.getByRole('button', { name: 'Ask the second shop' }).click();
  const chat = widget(page);
  await expect(chat.getByRole('link', { name: '+49 30 1234' })).toHaveAttribute('href', 'tel:+49301234');
  await expect(chat.getByRole('link', { name: 'help@second.example' })).toHaveAttribute('href', 'mailto:help@second.example');
});
