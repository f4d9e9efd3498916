import {
  composer,
  expect,
  launcher,
  reply,
  said,
  test,
  transcript,
  widget,
  withAgent,
  write,
} from '../support/deskbell.ts';

test('a tab that the browser throws away without a word, and opens again, has lost nothing', async ({
  page,
  context,
  newPage,
  deskbell,
  guard,
}) => {
  guard.expectError(new RegExp(`ERR_INTERNET_DISCONNECTED.*${deskbell.origin}/v1/`));
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await context.setOffline(true);
  await write(chat, 'written in a tunnel');
  await expect(chat.getByText('Waiting for the network: it will be sent by itself')).toBeVisible();
  // The process ends at once, with no event to the page: that is how memory is taken back.
  const gone = page.waitForEvent('crash');
  const cdp = await context.newCDPSession(page);
  cdp.send('Page.crash').catch(() => {});
  await gone;
  await page.close();
  await context.setOffline(false);
  await reply(agentPage, 'Are you still there?');

  const again = await context.newPage();
  await again.goto(deskbell.shop.origin);
  // It is opened by who comes back to it, but what was kept is sent before.
  await expect(launcher(again)).toContainText('A person is here');
  await expect(transcript(agentPage)).toContainText('written in a tunnel');
  await launcher(again).click();
  await expect(composer(widget(again))).toBeVisible();
  await expect(said(widget(again), 'agent')).toHaveText(['Are you still there?']);
  await expect(said(widget(again), 'customer')).toHaveText(['written in a tunnel']);
});

test('a tab that is put to sleep hears on waking what was said meanwhile', async ({ page, context, newPage, deskbell }) => {
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  const cdp = await context.newCDPSession(page);
  await cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
  await reply(agentPage, 'Take your time.');
  await expect(transcript(agentPage)).toContainText('Take your time.');
  await cdp.send('Page.setWebLifecycleState', { state: 'active' });
  await page.bringToFront();
  await expect(said(chat, 'agent')).toHaveText(['Take your time.']);
  await write(chat, 'I am back');
  await expect(transcript(agentPage)).toContainText('I am back');
});
