import {
  bell,
  type Deskbell,
  expect,
  goOnline,
  identify,
  keptForNextPage,
  launcher,
  openConsole,
  openWidget,
  ownBell,
  type Page,
  reply,
  ringsOf,
  said,
  sayOnEveryPage,
  standing,
  take,
  test,
  waiting,
  widget,
  write,
} from '../support/deskbell.ts';

test.beforeEach(({ guard, deskbell }) => {
  guard.expectOutage(deskbell.origin);
});

test('a server that goes down before the bell is pressed for the first time hears it when it is back, once', async ({
  page,
  newPage,
  deskbell,
}) => {
  await page.goto(deskbell.shop.origin);
  // Who moves towards the bell has the shop's other ways loaded.
  const prepared = page.waitForResponse('**/assets/panel-*');
  await launcher(page).hover();
  await prepared;
  await deskbell.kill();
  await bell(page).click();
  await expect(page.getByText('Your request is kept and tried again by itself.').last()).toBeVisible();
  await expect(page.getByRole('link', { name: 'Write to a person' })).toBeVisible();

  await deskbell.start();
  // Through the frame or past it, but not both.
  const called = async () =>
    (await page.locator('deskbell-chat').getByText('A person has been called.').count()) +
    (await widget(page).getByText('Your request is stored.').count());
  await expect.poll(called, { message: 'a person has been called' }).toBeGreaterThan(0);
  const agentPage = await openConsole(await newPage(), deskbell);
  await expect(waiting(agentPage)).toContainText('Rang the bell');
  await expect(waiting(agentPage)).toHaveCount(1);
});

for (const [how, prepares] of [
  ['with the shop\'s other ways loaded', true],
  ['with nothing but the loader', false],
] as const) {
  test(`a bell that reaches nobody is kept for the shop's next page, ${how}`, async ({ page, newPage, deskbell }) => {
    await page.goto(`${deskbell.shop.origin}/host/own-contact.html`);
    if (prepares) {
      const prepared = page.waitForResponse('**/assets/panel-*');
      await launcher(page).hover();
      await prepared;
    }
    await deskbell.kill();
    await bell(page).click();
    if (prepares) {
      await expect(page.getByText('Your request is kept and tried again by itself.').last()).toBeVisible();
      await expect(page.getByRole('link', { name: '+44 20 7946 0000' })).toBeVisible();
      await expect(page.getByRole('link', { name: 'help@shop.example' })).toBeVisible();
    } else await expect(page.getByRole('link', { name: 'Write to a person' })).toBeVisible();
    await deskbell.start();
    await page.goto(deskbell.shop.origin);

    const agentPage = await openConsole(await newPage(), deskbell);
    await expect(waiting(agentPage)).toContainText('Rang the bell');
    await expect(waiting(agentPage)).toHaveCount(1);
    await expect(launcher(page)).toContainText('Waiting for a person');
  });
}

/** Rings while the server is down, and leaves the shop before it is back. Gives the id that the ring is kept under. */
async function leaveKeptRing({ page, deskbell }: { page: Page; deskbell: Deskbell }, who?: object): Promise<string> {
  await page.goto(deskbell.shop.origin);
  await expect(bell(page)).toBeVisible();
  if (who) await identify(page, who);
  await deskbell.kill();
  await bell(page).click();
  await expect(page.getByRole('link', { name: 'Write to a person' })).toBeVisible();
  const [write = ''] = (await keptForNextPage(page))?.split(' ') ?? [];
  expect(write).toMatch(/^[\w-]{16,64}$/);
  await page.goto('about:blank');
  await deskbell.start();
  return write;
}

test('a kept bell of somebody who has signed out meanwhile is not rung, and whoever comes next rings for themselves', async ({
  page,
  context,
  newPage,
  deskbell,
}) => {
  const kept = await leaveKeptRing({ page, deskbell }, { name: 'Ana Ruiz', email: 'ana@example.com' });
  const rings = ringsOf(context);
  await sayOnEveryPage(page, 'identify', null);
  await page.goto(deskbell.shop.origin);
  await expect.poll(() => keptForNextPage(page)).toBeNull();
  await expect(page.locator('deskbell-chat iframe')).toHaveCount(0);

  await bell(page).click();
  await expect(standing(widget(page))).toContainText('Your request is stored.');
  await expect(waiting(await openConsole(await newPage(), deskbell))).toHaveCount(1);
  expect(rings.map(({ write }) => write)).not.toContain(kept);
});

test('a kept bell of somebody whom nobody named is rung, also where the next page says that nobody is signed in', async ({
  page,
  context,
  newPage,
  deskbell,
}) => {
  const kept = await leaveKeptRing({ page, deskbell });
  const rings = ringsOf(context);
  await sayOnEveryPage(page, 'identify', null);
  await page.goto(deskbell.shop.origin);
  await expect(launcher(page)).toContainText('Waiting for a person');
  await expect(waiting(await openConsole(await newPage(), deskbell))).toHaveCount(1);
  expect(new Set(rings.map(({ write }) => write))).toEqual(new Set([kept]));
});

for (const command of ['open', 'bell']) {
  test(`a kept bell on a page that says "${command}" before the loader is there calls one person`, async ({
    page,
    context,
    newPage,
    deskbell,
  }) => {
    const kept = await leaveKeptRing({ page, deskbell });
    const rings = ringsOf(context);
    await sayOnEveryPage(page, command);
    await page.goto(deskbell.shop.origin);
    const chat = widget(page);
    await expect(standing(chat)).toContainText('Your request is stored.');
    await expect(said(chat)).toHaveText(['You asked for a person.']);
    await expect(waiting(await openConsole(await newPage(), deskbell))).toHaveCount(1);
    const writes = new Set(rings.map(({ write }) => write));
    expect(writes.size).toBe(1);
    // A bell that the page rings itself takes the kept one's place.
    expect(writes.has(kept)).toBe(command === 'open');
  });
}

test('a server that goes down before the first message, and before the bell, costs neither', async ({
  page,
  newPage,
  deskbell,
}) => {
  const chat = await openWidget(page, deskbell);
  await deskbell.kill();
  await write(chat, 'where is my parcel?? order 1042');
  await expect(chat.getByText('Waiting for the network: it will be sent by itself')).toBeVisible();
  await deskbell.start();
  await expect(said(chat, 'bot')).toContainText('You can see where your order is');

  await deskbell.kill();
  await ownBell(chat).click();
  await expect(standing(chat)).toContainText('Your request is kept on this device and tried again by itself.');
  await deskbell.start();
  await expect(standing(chat)).toContainText('Your request is stored.');
  await expect(said(chat, 'customer')).toHaveText(['where is my parcel?? order 1042']);
  await expect(waiting(await openConsole(await newPage(), deskbell))).toHaveCount(1);
});

test('a server that goes down before a person takes over, and before they answer, costs neither', async ({
  page,
  newPage,
  deskbell,
}) => {
  const agentPage = await openConsole(await newPage(), deskbell);
  await goOnline(agentPage);
  const chat = await openWidget(page, deskbell);
  await ownBell(chat).click();
  await expect(standing(chat)).toContainText('Your request is stored.');
  await deskbell.kill();
  await expect(chat.getByText('Reconnecting…')).toBeVisible();
  await deskbell.start();
  await take(agentPage, waiting(agentPage));
  await expect(ownBell(chat)).toHaveText('A person is here');

  await deskbell.kill();
  await reply(agentPage, 'It left us on Tuesday.');
  await expect(agentPage.getByText('Not sent yet. It is tried again by itself.')).toBeVisible();
  await deskbell.start();
  await expect(said(chat)).toHaveText(['You asked for a person.', /^Sam joined/, 'It left us on Tuesday.']);
});
