import {
  expect,
  type FrameLocator,
  gate,
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
  withAgent,
  write,
} from '../support/deskbell.ts';

const question = 'where is my parcel?? order 1042';
const refused = "The shop's server did not accept this.";
const notSent = 'Waiting for the network: it will be sent by itself';

/** A message of the customer's, with what became of it. */
const sentence = (chat: FrameLocator, text: string) => chat.locator('ol.lines .customer').filter({ hasText: text });

// A server of ours refuses no message that the chat lets through; what stands before it may.
for (const [status, code] of [
  [413, 'too_large'],
  [422, 'invalid_value'],
  [403, 'origin_not_allowed'],
] as const) {
  test(`a message refused with ${status} says so, is sent by "Try again", and is forgotten by "Discard"`, async ({
    page,
    context,
    newPage,
    deskbell,
    guard,
  }) => {
    guard.expectError(new RegExp(`status of ${status}.*${deskbell.origin}/v1/conversations/[^/]+/messages`));
    const refuses = (text: string) => text.includes('my fern');
    await context.route('**/v1/conversations/*/messages', (route) =>
      refuses(route.request().postDataJSON().text)
        ? route.fulfill({ status, json: { code, message: 'Not this one.', request_id: 'story' } })
        : route.continue(),
    );
    const chat = await openWidget(page, deskbell);
    await modelReady(chat);
    await write(chat, 'my fern has no leaves');
    await write(chat, question);
    const fern = sentence(chat, 'my fern has no leaves');
    await expect(fern).toContainText(refused);
    await expect(said(chat, 'bot'), 'what comes after it is not held up').toHaveCount(1);
    await expect(fern).toHaveCount(1);

    // Still refused.
    await fern.getByRole('button', { name: 'Try again' }).click();
    await expect(fern).toContainText(refused);
    await page.reload();
    await launcher(page).click();
    await expect(fern, 'it is kept until the customer decides').toContainText(refused);

    await context.unroute('**/v1/conversations/*/messages');
    await fern.getByRole('button', { name: 'Try again' }).click();
    await expect(fern.getByText(refused)).toHaveCount(0);
    await ownBell(chat).click();
    await expect(standing(chat)).toContainText('Your request is stored.');
    const agentPage = await openConsole(await newPage(), deskbell);
    await take(agentPage, waiting(agentPage));
    await expect(transcript(agentPage).getByText('my fern has no leaves')).toHaveCount(1);
  });
}

test('a refused message that is discarded is gone for good, and the bell still works', async ({
  page,
  context,
  newPage,
  deskbell,
  guard,
}) => {
  guard.expectError(new RegExp(`status of 413.*${deskbell.origin}/v1/conversations/[^/]+/messages`));
  await context.route('**/v1/conversations/*/messages', (route) =>
    route.fulfill({ status: 413, json: { code: 'too_large', message: 'Not this one.', request_id: 'story' } }),
  );
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await write(chat, 'my fern has no leaves');
  await sentence(chat, 'my fern').getByRole('button', { name: 'Discard' }).click();
  await expect(sentence(chat, 'my fern')).toHaveCount(0);
  await expect(chat.getByRole('region', { name: 'Conversation' }), 'focus is not lost').toBeFocused();
  await context.unroute('**/v1/conversations/*/messages');
  await page.reload();
  await launcher(page).click();
  await ownBell(chat).click();
  await expect(standing(chat)).toContainText('Your request is stored.');
  await expect(said(chat)).toHaveText(['You asked for a person.']);
  const agentPage = await openConsole(await newPage(), deskbell);
  await take(agentPage, waiting(agentPage));
  await expect(transcript(agentPage)).not.toContainText('my fern');
});

test('a bell that is refused says so, shows the other ways, and "Try again" reaches a person', async ({
  page,
  context,
  newPage,
  deskbell,
  guard,
}) => {
  guard.expectError(new RegExp(`status of 403.*${deskbell.origin}/v1/conversations/[^/]+/escalation`));
  await context.route('**/v1/conversations/*/escalation', (route) =>
    route.fulfill({ status: 403, json: { code: 'origin_not_allowed', message: 'Not from here.', request_id: 'story' } }),
  );
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await ownBell(chat).click();
  await expect(standing(chat)).toHaveText('Your request could not be stored.');
  await expect(chat.getByRole('link', { name: 'Write on the contact page' })).toBeVisible();
  await context.unroute('**/v1/conversations/*/escalation');
  await chat.locator('.standing').getByRole('button', { name: 'Try again' }).click();
  await expect(standing(chat)).toContainText('Your request is stored.');
  await expect(waiting(await openConsole(await newPage(), deskbell))).toContainText('Rang the bell');
});

test('under a message stands that it is being sent, that it waits, and at last that it was sent', async ({
  page,
  context,
  newPage,
  deskbell,
  guard,
}) => {
  guard.expectError(new RegExp(`ERR_INTERNET_DISCONNECTED.*${deskbell.origin}/v1/`));
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  const answered = gate();
  await context.route('**/v1/conversations/*/messages', async (route) => {
    await answered.opened;
    await route.continue();
  });
  const fern = sentence(chat, 'my fern has no leaves');
  await write(chat, 'my fern has no leaves');
  await expect(fern).toContainText('Sending…');
  answered.open();
  await expect(fern.getByText('Sent', { exact: true })).toBeVisible();

  await context.unroute('**/v1/conversations/*/messages');
  await context.setOffline(true);
  const stem = sentence(chat, 'nor a stem');
  await write(chat, 'nor a stem');
  await expect(stem).toContainText(notSent);
  await context.setOffline(false);
  await expect(stem.getByText('Sent', { exact: true })).toBeVisible();
  await reply(agentPage, 'I see both.');
  await expect(said(chat, 'agent')).toHaveText(['I see both.']);
});
