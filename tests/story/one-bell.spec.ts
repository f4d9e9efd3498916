import {
  bell,
  composer,
  expect,
  type Frame,
  gate,
  launcher,
  openConsole,
  openWidget,
  ownBell,
  type Page,
  standing,
  test,
  waiting,
  widget,
} from '../support/deskbell.ts';

/** The chat's frame. */
function frameOf(page: Page): Frame {
  const frame = page.frames().find((it) => new URL(it.url()).pathname === '/widget');
  if (!frame) throw new Error('there is no chat');
  return frame;
}

/** All bells that can be seen, in the page and in the chat. */
const bells = (page: Page) => [bell(page), widget(page).locator('.bell')];

async function expectOneBell(page: Page, where: 'page' | 'chat'): Promise<void> {
  const count = async () => Promise.all(bells(page).map((it) => it.filter({ visible: true }).count()));
  await expect.poll(count).toEqual(where === 'page' ? [1, 0] : [0, 1]);
}

test('there is one bell while the chat is closed, loads, is there, and is closed again', async ({ page, context, deskbell }) => {
  const arrives = gate();
  await context.route('**/widget_bg-*.wasm', async (route) => {
    await arrives.opened;
    await route.continue();
  });
  await page.goto(deskbell.shop.origin);
  await expectOneBell(page, 'page');
  await launcher(page).click();
  await expect(widget(page).getByText('The chat is loading…', { exact: true })).toBeVisible();
  await expectOneBell(page, 'chat');
  arrives.open();
  await expect(composer(widget(page))).toBeVisible();
  await expectOneBell(page, 'chat');
  await launcher(page).click();
  await expectOneBell(page, 'page');
});

test('the bell of a chat that still loads calls a person, and who was at it is at the bell of the chat that comes', async ({
  page,
  context,
  newPage,
  deskbell,
}) => {
  const arrives = gate();
  await context.route('**/widget_bg-*.wasm', async (route) => {
    await arrives.opened;
    await route.continue();
  });
  await page.goto(deskbell.shop.origin);
  await launcher(page).click();
  const early = widget(page).getByRole('button', { name: 'Talk to a human' });
  await early.focus();
  await early.press('Enter');
  await expect(waiting(await openConsole(await newPage(), deskbell))).toContainText('Rang the bell');
  await expect(widget(page).getByText('A person has been called. The chat is loading…')).toBeVisible();
  arrives.open();
  await expect(standing(widget(page))).toContainText('Your request is stored.');
  await expect(ownBell(widget(page))).toBeFocused();
});

test("when the chat's process dies the page's bell is back, and calls a person past it", async ({ page, context, newPage, deskbell }) => {
  await openWidget(page, deskbell);
  await expect(bell(page)).toBeHidden();
  // Playwright takes the frame's end for the page's own and gives it up; the browser does not.
  const shop = await context.newCDPSession(page);
  const inShop = async (expression: string) => {
    const bell = "document.querySelector('deskbell-chat').shadowRoot.querySelector('button.bell')";
    return (await shop.send('Runtime.evaluate', { expression: bell + expression, userGesture: true })).result.value;
  };
  const chat = await context.newCDPSession(frameOf(page));
  // Never answered: whoever would do that is dead.
  chat.send('Page.crash').catch(() => {});
  await expect.poll(() => inShop('.checkVisibility()')).toBe(true);
  await inShop('.click()');
  const agentPage = await openConsole(await newPage(), deskbell);
  await expect(waiting(agentPage)).toContainText('Rang the bell');
  await expect(waiting(agentPage)).toHaveCount(1);
});

test("when the chat hangs the page's bell is back, until the chat answers again", async ({ page, context, deskbell }) => {
  const chat = await openWidget(page, deskbell);
  await expect(bell(page)).toBeHidden();
  const debug = await context.newCDPSession(frameOf(page));
  await debug.send('Debugger.enable');
  const halted = new Promise((resolve) => debug.once('Debugger.paused', resolve));
  await debug.send('Debugger.pause');
  // The next check is what it halts at.
  await halted;
  await expect(bell(page)).toBeVisible();
  await debug.send('Debugger.resume');
  await expect(bell(page)).toBeHidden();
  await expect(ownBell(chat)).toBeVisible();
});
