import {
  bell,
  composer,
  expect,
  expectAccessible,
  type Locator,
  launcher,
  openWidget,
  ownBell,
  said,
  standing,
  test,
  widget,
  write,
} from '../support/deskbell.ts';

/** Where an element's lower edge is, in pixels of the page. */
async function lowerEdge(element: Locator): Promise<number> {
  const box = await element.boundingBox();
  return (box?.y ?? Infinity) + (box?.height ?? 0);
}

test('at 400 % zoom nothing has to be scrolled sideways, and writing and the bell stay in sight', async ({
  newPage,
  deskbell,
}) => {
  // WCAG 1.4.10: a window of 1280 by 1024 at 400 %.
  const page = await newPage({ viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 });
  await page.goto(deskbell.shop.origin);
  await expect(bell(page)).toBeInViewport({ ratio: 1 });
  await expect(launcher(page)).toBeInViewport({ ratio: 1 });
  const chat = await openWidget(page, deskbell);
  const expectInSight = async () => {
    await expect(bell(page)).toBeHidden();
    for (const element of [launcher(page), ownBell(chat), composer(chat)]) {
      await expect(element).toBeInViewport({ ratio: 1 });
    }
    for (const frame of page.frames()) {
      expect(await frame.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    }
  };
  await expectInSight();
  await write(chat, 'where is my parcel?? order 1042');
  await expect(said(chat, 'bot')).toHaveCount(1);
  await expectInSight();
  await ownBell(chat).click();
  await expect(standing(chat)).toContainText('Your request is stored.');
  await expect(standing(chat)).toBeInViewport({ ratio: 0.4 });
  await expectInSight();
  await expectAccessible(page);
});

test("beside a phone's keyboard writing and the bell stay in sight, and the room is used again when it goes", async ({
  newPage,
  deskbell,
}) => {
  const page = await newPage({ viewport: { width: 360, height: 640 }, isMobile: true, hasTouch: true });
  const chat = await openWidget(page, deskbell);
  await expect(bell(page)).toBeHidden();
  await composer(chat).tap();
  // What phones do when their keyboard comes: the part of the page that can be seen shrinks, and may move down the page.
  const keyboard = (seen: { height: number; offsetTop: number }) =>
    page.evaluate((values) => {
      for (const [name, value] of Object.entries(values)) {
        Object.defineProperty(visualViewport, name, { configurable: true, value });
      }
      visualViewport?.dispatchEvent(new Event('resize'));
    }, seen);
  const sheet = page.locator('deskbell-chat section');
  for (const seen of [
    { height: 300, offsetTop: 0 },
    { height: 280, offsetTop: 60 },
  ]) {
    await keyboard(seen);
    await expect.poll(() => sheet.boundingBox()).toMatchObject({ y: seen.offsetTop, height: seen.height });
    for (const element of [launcher(page), ownBell(chat), composer(chat)]) {
      await expect.poll(() => lowerEdge(element)).toBeLessThanOrEqual(seen.offsetTop + seen.height);
    }
  }
  await write(chat, 'where is my parcel?? order 1042');
  await ownBell(chat).tap();
  await expect(standing(chat)).toContainText('Your request is stored.');
  expect(await lowerEdge(composer(chat))).toBeLessThanOrEqual(340);

  await keyboard({ height: 640, offsetTop: 0 });
  await expect.poll(() => sheet.boundingBox()).toMatchObject({ y: 0, height: 640 });
  await expect(composer(widget(page))).toBeInViewport({ ratio: 1 });
});
