import {
  bell,
  composer,
  expect,
  goOnline,
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
  widget,
  withAgent,
} from '../support/deskbell.ts';

test('one press on the bell, before any message, reaches an agent within a second', async ({
  page,
  newPage,
  deskbell,
}) => {
  const agentPage = await openConsole(await newPage(), deskbell);
  await goOnline(agentPage);

  await page.goto(deskbell.shop.origin);
  await bell(page).click();
  await expect(standing(widget(page))).toHaveText(
    'Your request is stored. You are next in line. 1 person is online.',
  );
  await expect(waiting(agentPage)).toContainText('Rang the bell', { timeout: 1_000 });
  await expect(agentPage).toHaveTitle('(1) Deskbell console');
  await expect(composer(widget(page))).toBeVisible();
});

test('who comes second is told so, and moves up when the first is taken', async ({ page, newPage, deskbell }) => {
  const agentPage = await openConsole(await newPage(), deskbell);
  await goOnline(agentPage);
  const first = await openWidget(page, deskbell);
  await ownBell(first).click();
  await expect(standing(first)).toContainText('You are next in line');

  const second = await openWidget(await newPage(), deskbell);
  await ownBell(second).click();
  await expect(standing(second)).toHaveText(
    'Your request is stored. You are number 2 in line. 1 person is online.',
  );
  await expect(standing(first)).toContainText('You are next in line');

  await take(agentPage, waiting(agentPage).first());
  await expect(said(first).last()).toContainText('Sam joined');
  await expect(standing(second)).toContainText('You are next in line');
});

test('with nobody online it says so, and asks how the customer can be reached', async ({ page, newPage, deskbell }) => {
  const chat = await openWidget(page, deskbell);
  await ownBell(chat).click();
  await expect(standing(chat)).toHaveText(
    'Your request is stored. Nobody is online right now. A person will read this conversation and answer here.',
  );
  await chat.getByLabel('How can we reach you if you leave?').fill('ann@example.org');
  await chat.getByRole('button', { name: 'Leave it' }).click();
  await expect(chat.locator('.standing')).toContainText('We can reach you at ann@example.org.');

  const agentPage = await openConsole(await newPage(), deskbell);
  await take(agentPage, waiting(agentPage));
  await expect(transcript(agentPage)).toContainText('The customer can be reached at: ann@example.org');
});

test('pressing again is harmless, and the bell works again after a person has left', async ({
  page,
  newPage,
  deskbell,
}) => {
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await ownBell(chat).click();
  await ownBell(chat).click();
  await expect(standing(chat)).toHaveText('Sam is with you and reads what you write.');
  await reply(agentPage, 'I am here.');
  await expect(said(chat, 'agent')).toHaveText(['I am here.']);
  await agentPage.getByRole('button', { name: 'Hand back to the assistant' }).click();
  await expect(said(chat).last()).toContainText('Sam left the conversation.');

  await ownBell(chat).click();
  await expect(standing(chat)).toContainText('You are next in line');
  await take(agentPage, waiting(agentPage));
  await expect(said(chat).last()).toContainText('Sam joined');
  await expect(said(chat)).toHaveText([
    'You asked for a person.',
    /^Sam joined/,
    'I am here.',
    /^Sam left/,
    'You asked for a person.',
    /^Sam joined/,
  ]);
});
