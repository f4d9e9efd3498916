import {
  bell,
  expect,
  gate,
  launcher,
  type Page,
  replyBox,
  said,
  standing,
  test,
  widget,
  withAgent,
  write,
} from '../support/deskbell.ts';

/** There is one bell, and it can be seen and pressed: the shop page's, or the open chat's once it has one. */
async function expectBell(page: Page, where: 'page' | 'chat'): Promise<void> {
  const inChat = widget(page).getByRole('button', { name: /Talk to a human|A person is/ });
  const [one, other] = where === 'page' ? [bell(page), inChat] : [inChat, bell(page)];
  await expect(one).toBeInViewport({ ratio: 1 });
  await expect(one).toBeEnabled();
  // Fails if anything covers it.
  await one.click({ trial: true });
  await expect(other).toBeHidden();
}

test('the bell is in sight and works while the chat is closed, loading, open, and closed again', async ({
  page,
  context,
  deskbell,
}) => {
  const loaded = gate();
  await context.route('**/widget_bg-*.wasm', async (route) => {
    await loaded.opened;
    await route.continue();
  });
  await page.goto(deskbell.shop.origin);
  await expectBell(page, 'page');
  await launcher(page).click();
  await expect(widget(page).getByText('The chat is loading…', { exact: true })).toBeVisible();
  await expectBell(page, 'chat');
  await widget(page).getByRole('button', { name: 'Talk to a human' }).click();
  await expect(widget(page).getByText('A person has been called. The chat is loading…')).toBeVisible();
  loaded.open();
  await expect(standing(widget(page))).toContainText('Your request is stored.');
  await expectBell(page, 'chat');
  await launcher(page).click();
  await expect(launcher(page)).toHaveText('Waiting for a person');
  await expectBell(page, 'page');
});

test('the bell is in sight while a person is called, answers and leaves, and while the server is away', async ({
  page,
  newPage,
  deskbell,
  guard,
}) => {
  guard.expectError(new RegExp(`ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING).*${deskbell.origin}/v1/`));
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await expectBell(page, 'chat');
  await agentPage.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(said(chat).last()).toContainText('Sam closed the conversation.');
  await expect(replyBox(agentPage)).toHaveCount(0);
  await expectBell(page, 'chat');
  await deskbell.kill();
  await write(chat, 'is anybody there?');
  await expect(chat.getByText('Waiting for the network: it will be sent by itself')).toBeVisible();
  await expectBell(page, 'chat');
});
