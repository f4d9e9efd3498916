import {
  bell,
  expect,
  expectAccessible,
  goOnline,
  launcher,
  modelReady,
  openConsole,
  openWidget,
  ownBell,
  reply,
  said,
  standing,
  take,
  test,
  transcript,
  waiting,
  write,
} from '../support/deskbell.ts';

// Every look at everything takes its time.
test.describe.configure({ timeout: 180_000 });

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    // Colours are measured when nothing moves.
    const seen = { colorScheme, reducedMotion: 'reduce' } as const;
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } });

    test('axe finds nothing in the shop and the chat, from closed to a person', async ({
      page,
      newPage,
      deskbell,
    }) => {
      await page.goto(deskbell.shop.origin);
      await expect(bell(page)).toBeVisible();
      await expectAccessible(page);

      const chat = await openWidget(page, deskbell);
      await modelReady(chat);
      await expectAccessible(page);

      await write(chat, 'where is my parcel?? order 1042');
      await expect(said(chat, 'bot')).toHaveCount(1);
      await chat.locator('ol.lines summary').click();
      await expectAccessible(page);

      await ownBell(chat).click();
      await expect(standing(chat)).toContainText('Nobody is online right now');
      await expectAccessible(page);

      const agentPage = await openConsole(await newPage(seen), deskbell);
      await take(agentPage, waiting(agentPage));
      await reply(agentPage, 'Good day, see https://example.org');
      await expect(said(chat, 'agent')).toHaveCount(1);
      await expectAccessible(page);
    });

    test('axe finds nothing in the console', async ({ page, newPage, deskbell }) => {
      const agentPage = await newPage(seen);
      await agentPage.goto(`${deskbell.origin}/console`);
      await expect(agentPage.getByRole('button', { name: 'Sign in' })).toBeVisible();
      await expectAccessible(agentPage);

      await openConsole(agentPage, deskbell);
      await goOnline(agentPage);
      await expectAccessible(agentPage);

      const chat = await openWidget(page, deskbell);
      await modelReady(chat);
      await write(chat, 'where is my parcel?? order 1042');
      await expect(said(chat, 'bot')).toHaveCount(1);
      await ownBell(chat).click();
      await expect(waiting(agentPage)).toHaveCount(1);
      await expectAccessible(agentPage);

      await take(agentPage, waiting(agentPage));
      await reply(agentPage, 'Good day.');
      await expect(said(chat, 'agent')).toHaveCount(1);
      await expect(transcript(agentPage)).toContainText('Good day.');
      await expectAccessible(agentPage);
    });
  });
}

test('on a small phone the chat fills the screen, the bell stays in sight, and nothing overflows', async ({
  newPage,
  deskbell,
}) => {
  const page = await newPage({ viewport: { width: 320, height: 640 }, hasTouch: true });
  await page.goto(deskbell.shop.origin);
  for (const button of [bell(page), launcher(page)]) {
    const box = await button.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(44);
    expect(box?.width).toBeGreaterThanOrEqual(44);
  }
  const chat = await openWidget(page, deskbell);
  await expect(bell(page)).toBeHidden();
  await modelReady(chat);
  await write(chat, `look: ${'x'.repeat(300)}`);
  await expect(said(chat, 'customer')).toHaveCount(1);
  await expect(ownBell(chat)).toBeInViewport({ ratio: 1 });
  for (const frame of page.frames()) {
    expect(await frame.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  }
  await expectAccessible(page);
});
