import {
  type BrowserContext,
  type Deskbell,
  expect,
  launcher,
  modelReady,
  openConsole,
  openWidget,
  ownBell,
  type Page,
  said,
  standing,
  take,
  test,
  transcript,
  waiting,
  widget,
  write,
} from '../support/deskbell.ts';

const day = 24 * 3_600_000;

/** Writes and rings in the open chat while there is no network, and closes the tab. */
async function leaveUnsent({ page, deskbell }: { page: Page; deskbell: Deskbell }): Promise<void> {
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await page.context().setOffline(true);
  await write(chat, 'my fern has no leaves');
  await ownBell(chat).click();
  await expect(standing(chat)).toContainText('Your request is kept on this device and tried again by itself.');
  await expect(chat.getByText('Waiting for the network: it will be sent by itself')).toBeVisible();
  await page.close();
}

/** The shop in a new tab, six days later by the device's clock. */
async function comeBack({ context, deskbell }: { context: BrowserContext; deskbell: Deskbell }): Promise<Page> {
  await context.setOffline(false);
  await context.clock.install({ time: Date.now() + 6 * day });
  const page = await context.newPage();
  await page.goto(deskbell.shop.origin);
  return page;
}

test.beforeEach(({ guard, deskbell }) => {
  guard.expectError(new RegExp(`ERR_INTERNET_DISCONNECTED.*${deskbell.origin}/v1/`));
});

test('what was written and rung without a network is delivered days later, once', async ({
  page,
  context,
  newPage,
  deskbell,
}) => {
  await leaveUnsent({ page, deskbell });
  const agentPage = await openConsole(await newPage(), deskbell);
  await expect(agentPage.getByText('Nobody is waiting. Enjoy the quiet.')).toBeVisible();

  const again = await comeBack({ context, deskbell });
  await launcher(again).click();
  const chat = widget(again);
  await expect(standing(chat)).toContainText('Your request is stored.');
  await expect(said(chat)).toHaveText(['You asked for a person.', 'my fern has no leaves']);
  await expect(chat.getByText('Waiting for the network')).toHaveCount(0);
  await expect(waiting(agentPage)).toContainText('Rang the bell');
  await take(agentPage, waiting(agentPage));
  await expect(transcript(agentPage).getByText('my fern has no leaves')).toHaveCount(1);
  await expect(ownBell(chat)).toHaveText('A person is here');

  // The next visit finds nothing left to send.
  const sent: string[] = [];
  again.on('request', (request) => {
    if (/\/(messages|escalation)$/.test(request.url())) sent.push(request.url());
  });
  await again.reload();
  await expect(launcher(again)).toContainText('A person is here');
  await launcher(again).click();
  await expect(said(chat, 'customer')).toHaveText(['my fern has no leaves']);
  expect(sent).toEqual([]);
});

test('who rang without a network need not open the chat again: the next visit to the shop delivers it', async ({
  page,
  context,
  newPage,
  deskbell,
}) => {
  await leaveUnsent({ page, deskbell });
  const agentPage = await openConsole(await newPage(), deskbell);
  const again = await comeBack({ context, deskbell });
  await expect(waiting(agentPage)).toContainText('Rang the bell');
  await expect(launcher(again)).toContainText('Waiting for a person');
});
