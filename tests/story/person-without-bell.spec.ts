import {
  expect,
  goOnline,
  modelReady,
  openConsole,
  openWidget,
  ownBell,
  said,
  standing,
  test,
  waiting,
  write,
} from '../support/deskbell.ts';

for (const { wish, notice, reason } of [
  {
    wish: 'can I speak to somebody',
    notice: 'You asked for a person.',
    reason: 'Asked for a person',
  },
  {
    wish: 'somebody used my stolen card in your shop, I did not order this',
    notice: 'This is for a person to decide. A person is called.',
    reason: 'Sensitive matter',
  },
  {
    wish: 'your tracking is useless garbage, where is my order???',
    notice: /^(A person should look at this|This is for a person to decide)\. A person is called\.$/,
    reason: /Sounds angry|Sensitive matter/,
  },
  {
    wish: 'je voudrais parler à quelqu’un',
    notice: 'You asked for a person.',
    reason: 'Asked for a person',
  },
  {
    wish: 'où est mon colis ? commande 1042',
    notice: 'We are not sure that we understand your language, so a person will read this.',
    reason: 'Writes in another language',
  },
]) {
  test(`"${wish}" brings a person at once, without a word from the bot`, async ({ page, newPage, deskbell }) => {
    const agentPage = await openConsole(await newPage(), deskbell);
    await goOnline(agentPage);
    const chat = await openWidget(page, deskbell);
    await modelReady(chat);
    await write(chat, wish);
    await expect(said(chat)).toHaveText([wish, notice]);
    await expect(standing(chat)).toHaveText('Your request is stored. You are next in line. 1 person is online.');
    await expect(waiting(agentPage)).toContainText(reason);
    await expect(waiting(agentPage)).toContainText(wish);
  });
}

test('twice nothing the bot knows about: first a person is offered, then one is called', async ({ page, deskbell }) => {
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await write(chat, 'what will the weather be tomorrow');
  await expect(said(chat, 'bot')).toContainText('I am not sure that I understood you');
  await expect(chat.locator('.chips').getByRole('button', { name: 'Talk to a human' })).toBeVisible();

  await write(chat, 'who won the football game last night');
  await expect(said(chat).last()).toHaveText('The assistant does not know about this. A person is called.');
  await expect(said(chat, 'bot')).toHaveCount(1);
  await expect(standing(chat)).toContainText('Your request is stored.');
});

test('twice an answer that did not help: first a person is offered, then one is called', async ({ page, deskbell }) => {
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  const no = chat.getByRole('group', { name: 'Did this help?' }).getByRole('button', { name: 'No' });
  await write(chat, 'where is my parcel?? order 1042');
  await no.click();
  await expect(said(chat, 'bot')).toHaveCount(2);
  await expect(chat.locator('.chips').getByRole('button', { name: 'Talk to a human' })).toBeVisible();

  await write(chat, 'where do I find my invoice');
  await no.click();
  await expect(said(chat).last()).toHaveText('The assistant did not help enough. A person is called.');
  await expect(ownBell(chat)).toHaveText('A person is called');
});
