import {
  expect,
  launcher,
  modelReady,
  openWidget,
  ownBell,
  reply,
  said,
  standing,
  test,
  transcript,
  widget,
  withAgent,
  write,
} from '../support/deskbell.ts';

const question = 'where is my parcel?? order 1042';
const notSent = 'Waiting for the network: it will be sent by itself';

test('the server is killed in the middle of a conversation: what both sides write meanwhile arrives once', async ({
  page,
  newPage,
  deskbell,
  guard,
}) => {
  guard.expectOutage(deskbell.origin, '/v1/');
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await write(chat, 'before');
  await reply(agentPage, 'I heard you.');
  await expect(said(chat, 'agent')).toHaveText(['I heard you.']);

  await deskbell.kill();
  await expect(chat.getByText('Reconnecting…')).toBeVisible();
  await write(chat, 'first meanwhile');
  await write(chat, 'second meanwhile');
  await expect(chat.getByText(notSent)).toHaveCount(2);
  await reply(agentPage, 'Meanwhile on my side.');
  await expect(transcript(agentPage)).toContainText('Not sent yet. It is tried again by itself.');
  await deskbell.start();

  await expect(transcript(agentPage)).toContainText('second meanwhile');
  await expect(said(chat, 'agent')).toHaveText(['I heard you.', 'Meanwhile on my side.']);
  await expect(said(chat, 'customer')).toHaveText(['before', 'first meanwhile', 'second meanwhile']);
  await expect(chat.getByText(notSent)).toHaveCount(0);
  await expect(chat.getByText('Reconnecting…')).toHaveCount(0);

  await reply(agentPage, 'All there.');
  await expect(said(chat, 'agent')).toHaveText(['I heard you.', 'Meanwhile on my side.', 'All there.']);
  for (const text of ['first meanwhile', 'second meanwhile', 'Meanwhile on my side.']) {
    await expect(transcript(agentPage).getByText(text)).toHaveCount(1);
  }
});

test('a bell that is rung while the server is down is kept on the device and rings when it is back', async ({
  page,
  deskbell,
  guard,
}) => {
  guard.expectOutage(deskbell.origin, '/v1/');
  const chat = await openWidget(page, deskbell);
  await deskbell.kill();
  await ownBell(chat).click();
  await expect(standing(chat)).toHaveText(
    'We cannot reach the shop at the moment. Your request is kept on this device and tried again by itself.',
  );
  await expect(chat.getByRole('link', { name: 'Write on the contact page' })).toBeVisible();
  await deskbell.start();
  await expect(standing(chat)).toContainText('Your request is stored.');
  await expect(said(chat)).toHaveText(['You asked for a person.']);
});

test('what was written while the server was down is delivered even if the page was reloaded meanwhile', async ({
  page,
  deskbell,
  guard,
}) => {
  guard.expectOutage(deskbell.origin, '/v1/');
  guard.expectError(new RegExp(`ERR_CONNECTION_REFUSED.*${deskbell.origin}/embed.js`));
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await deskbell.kill();
  await write(chat, question);
  await expect(chat.getByText(notSent)).toBeVisible();
  await page.reload();
  await expect(launcher(page)).toHaveCount(0);

  await deskbell.start();
  await page.reload();
  await launcher(page).click();
  await expect(said(widget(page), 'bot')).toHaveCount(1);
  await expect(said(widget(page), 'customer')).toHaveText([question]);
});

test('a message whose acknowledgement got lost is sent again, and stored once', async ({
  page,
  context,
  deskbell,
  guard,
}) => {
  guard.expectError(new RegExp(`ERR_FAILED.*${deskbell.origin}/v1/conversations/[^/]+/(messages|events)`));
  const sent: string[] = [];
  await context.route('**/v1/conversations/*/messages', async (route) => {
    sent.push(route.request().postDataJSON().write);
    if (sent.length > 1) return route.continue();
    await route.fetch();
    await route.abort();
  });
  // Else the stream would bring the message, and it would not be sent again.
  await context.route('**/v1/conversations/*/events?*', (route) => (sent.length > 1 ? route.continue() : route.abort()));
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await write(chat, question);
  await expect(said(chat, 'bot')).toHaveCount(1);
  await write(chat, 'where do I find my invoice');
  await expect(said(chat, 'bot')).toHaveCount(2);
  await expect(said(chat, 'customer')).toHaveText([question, 'where do I find my invoice']);
  expect(sent).toHaveLength(3);
  expect(sent[1]).toBe(sent[0]);
});
