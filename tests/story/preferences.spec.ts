import {
  bell,
  expect,
  type Frame,
  launcher,
  type Locator,
  modelReady,
  openWidget,
  ownBell,
  type Page,
  reply,
  said,
  standing,
  tabTo,
  test,
  withAgent,
  write,
} from '../support/deskbell.ts';

/** What is drawn of an element where all colours are the system's. */
const drawn = (element: Locator) =>
  element.evaluate((it) => {
    const { backgroundColor, borderTopColor, borderTopStyle, borderTopWidth, borderInlineStartWidth, outlineStyle } = getComputedStyle(it);
    const edge = borderTopStyle !== 'none' && parseFloat(borderTopWidth) >= 1 && borderTopColor !== backgroundColor;
    return { edge, widths: `${borderTopWidth} ${borderInlineStartWidth}`, ring: outlineStyle };
  });

/** Contrast of an icon with what is behind it (WCAG 2.2, 1.4.11). */
const contrast = (icon: Locator) =>
  icon.evaluate((it) => {
    const numbers = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const light = (colour: string) => {
      const [r = 0, g = 0, b = 0] = numbers(colour).map((part) =>
        part <= 10 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
    };
    let behind: Element | null = it;
    const ground = () => (behind ? getComputedStyle(behind).backgroundColor : 'rgb(255, 255, 255)');
    while (behind && numbers(ground())[3] === 0) behind = behind.parentElement;
    const [ink, paper] = [light(getComputedStyle(it).color), light(ground())];
    return Math.max(ink, paper) / Math.min(ink, paper);
  });

test('with forced colours bell, launcher and focus have an edge, and who speaks is told apart', async ({
  page,
  newPage,
  deskbell,
}) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await page.goto(deskbell.shop.origin);
  for (const button of [bell(page), launcher(page)]) {
    expect((await drawn(button)).edge).toBe(true);
    await tabTo(page, button);
    expect((await drawn(button)).ring).toBe('solid');
  }

  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await write(chat, 'where is my parcel?? order 1042');
  await expect(said(chat, 'bot')).toHaveCount(1);
  const { agentPage } = await withAgent({ page, newPage, deskbell });
  await reply(agentPage, 'It left us on Tuesday.');
  await expect(said(chat, 'agent')).toHaveCount(1);
  const edges = await Promise.all((['customer', 'bot', 'agent'] as const).map((who) => drawn(said(chat, who))));
  expect(edges.map(({ edge }) => edge)).toEqual([true, true, true]);
  expect(new Set(edges.map(({ widths }) => widths)).size).toBe(3);
  expect((await drawn(ownBell(chat))).edge).toBe(true);
  // Browsers leave an icon the colour that its button would have had.
  for (const icon of await chat.locator('button:visible svg').all()) expect(await contrast(icon)).toBeGreaterThan(3);
});

/** The longest time in milliseconds that anything moves in a frame of the page, the loader's own elements included. */
function longest(frame: Frame): Promise<number> {
  return frame.evaluate(() => {
    const roots = [document, ...[...document.querySelectorAll('*')].flatMap((it) => it.shadowRoot ?? [])];
    const times = roots.flatMap((root) => root.getAnimations()).map((it) => it.effect?.getComputedTiming());
    return Math.max(0, ...times.map((time) => Number(time?.duration) * Number(time?.iterations)));
  });
}

/** The same of the page and all its frames. */
const longestOf = async (page: Page) => Math.max(...(await Promise.all(page.frames().map(longest))));

for (const reducedMotion of ['no-preference', 'reduce'] as const) {
  const moves = reducedMotion === 'no-preference';
  test(`${moves ? 'the sign of waiting moves' : 'nothing moves for those who asked for less motion'}`, async ({
    page,
    deskbell,
  }) => {
    await page.emulateMedia({ reducedMotion });
    const chat = await openWidget(page, deskbell);
    if (!moves) expect(await longestOf(page)).toBeLessThanOrEqual(1);
    await ownBell(chat).click();
    await expect(standing(chat)).toContainText('Your request is stored.');
    const time = await longestOf(page);
    if (moves) expect(time).toBe(Infinity);
    else expect(time).toBeLessThanOrEqual(1);
  });
}
