import {
  expect,
  goOnline,
  launcher,
  mine,
  modelReady,
  openConsole,
  openWidget,
  ownBell,
  readings,
  reply,
  said,
  take,
  test,
  transcript,
  waiting,
  withAgent,
  write,
} from '../support/deskbell.ts';

const question = 'where is my parcel?? order 1042';

test('an agent sees what was said, how it was read and why they are needed, before taking it', async ({
  page,
  newPage,
  deskbell,
}) => {
  const agentPage = await openConsole(await newPage(), deskbell);
  await goOnline(agentPage);
  await expect(agentPage.getByText('Nobody is waiting. Enjoy the quiet.')).toBeVisible();
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await write(chat, question);
  await expect(said(chat, 'bot')).toHaveCount(1);
  await ownBell(chat).click();

  await take(agentPage, waiting(agentPage));
  for (const words of [
    question,
    'Order tracking',
    "read on the customer's device",
    'answered by the assistant: a routine question',
    'The customer rang the bell for a person.',
  ]) {
    await expect(transcript(agentPage)).toContainText(words);
  }
  await expect(mine(agentPage)).toContainText(question);
  await expect(waiting(agentPage)).toHaveCount(0);
});

test('a person answers by name, and the bot is silent meanwhile', async ({ page, newPage, deskbell }) => {
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await reply(agentPage, 'Hello, I am Sam. What can I do for you?');
  const answer = chat.locator('ol.lines .agent');
  await expect(answer).toContainText('Hello, I am Sam.');
  await expect(answer.locator('.speaker bdi')).toHaveText('Sam, a person');
  await expect(chat.locator('header').getByRole('status')).toHaveText('Sam, a person');
  await expect(ownBell(chat)).toHaveText('A person is here');

  await write(chat, question);
  await expect(transcript(agentPage)).toContainText(question);
  await reply(agentPage, 'It left us on Tuesday.');
  await expect(said(chat)).toHaveText([
    'You asked for a person.',
    /^Sam joined/,
    /^Hello, I am Sam/,
    question,
    'It left us on Tuesday.',
  ]);
  await expect(readings(chat)).toHaveCount(0);
});

test('handed back, the bot answers again', async ({ page, newPage, deskbell }) => {
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await agentPage.getByRole('button', { name: 'Hand back to the assistant' }).click();
  await expect(said(chat).last()).toHaveText('Sam left the conversation. The automated assistant answers again.');
  await expect(mine(agentPage)).toHaveCount(0);
  await modelReady(chat);
  await write(chat, question);
  await expect(said(chat, 'bot')).toContainText('not a person');
  await expect(chat.locator('header').getByRole('status')).toHaveText('Automated assistant');
});

test('closed, the next message opens the conversation again', async ({ page, newPage, deskbell }) => {
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await agentPage.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(said(chat).last()).toHaveText('Sam closed the conversation. Write again whenever you like.');
  await modelReady(chat);
  await write(chat, question);
  await expect(said(chat, 'bot')).toContainText('You can see where your order is');
  await ownBell(chat).click();
  await expect(waiting(agentPage)).toContainText(question);
});

test('what an agent says while the chat is closed is counted on the launcher', async ({ page, newPage, deskbell }) => {
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await launcher(page).click();
  await expect(launcher(page)).toHaveText('A person is here');
  await reply(agentPage, 'Are you still there?');
  await expect(launcher(page)).toContainText('1 new');
  await launcher(page).click();
  await expect(said(chat, 'agent')).toBeVisible();
  await expect(launcher(page)).toHaveText('Close chat');
});
