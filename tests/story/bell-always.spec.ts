import {
  bell,
  expect,
  gate,
  launcher,
  ownBell,
  type Page,
  replyBox,
  said,
  standing,
  test,
  widget,
  withAgent,
  write,
} from '../support/deskbell.ts';

/** The shop's bell can be seen and pressed, and so can the chat's own once there is a chat. */
async function expectBells(page: Page, where: 'page' | 'page and chat'): Promise<void> {
  const bells = where === 'page' ? [bell(page)] : [bell(page), ownBell(widget(page))];
  for (const each of bells) {
    await expect(each).toBeInViewport({ ratio: 1 });
    await expect(each).toBeEnabled();
    // Fails if anything covers it.
    await each.click({ trial: true });
  }
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
  await expectBells(page, 'page');
  await launcher(page).click();
  await expect(widget(page).getByText('The chat is loading…', { exact: true })).toBeVisible();
  await expectBells(page, 'page');
  await bell(page).click();
  await expect(widget(page).getByText('A person has been called. The chat is loading…')).toBeVisible();
  loaded.open();
  await expect(standing(widget(page))).toContainText('Your request is stored.');
  await expectBells(page, 'page and chat');
  await launcher(page).click();
  await expect(launcher(page)).toHaveText('Waiting for a person');
  await expectBells(page, 'page');
});

test('the bell is in sight while a person is called, answers and leaves, and while the server is away', async ({
  page,
  newPage,
  deskbell,
  guard,
}) => {
  guard.expectError(new RegExp(`ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING).*${deskbell.origin}/v1/`));
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await expectBells(page, 'page and chat');
  await agentPage.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(said(chat).last()).toContainText('Sam closed the conversation.');
  await expect(replyBox(agentPage)).toHaveCount(0);
  await expectBells(page, 'page and chat');
  await deskbell.kill();
  await write(chat, 'is anybody there?');
  await expect(chat.getByText('Waiting for the network: it will be sent by itself')).toBeVisible();
  await expectBells(page, 'page and chat');
});
