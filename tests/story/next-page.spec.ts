import { bell, expect, launcher, openConsole, reply, said, standing, take, test, waiting, widget } from '../support/deskbell.ts';

test('who has called a person is followed to the next page: who is there and what is new shows without opening the chat', async ({
  page,
  newPage,
  deskbell,
}) => {
  await page.goto(deskbell.shop.origin);
  await bell(page).click();
  await expect(standing(widget(page))).toContainText('Your request is stored.');

  await page.goto(`${deskbell.shop.origin}/host/strict-policy.html`);
  await expect(launcher(page)).toHaveText('Waiting for a person');
  await expect(launcher(page)).toHaveAttribute('aria-expanded', 'false');
  const agentPage = await openConsole(await newPage(), deskbell);
  await take(agentPage, waiting(agentPage));
  await expect(launcher(page)).toHaveText('A person is here');
  await reply(agentPage, 'Good day.');
  await expect(launcher(page)).toContainText('1 new');

  await launcher(page).click();
  await expect(said(widget(page), 'agent')).toHaveText(['Good day.']);
  await agentPage.getByRole('button', { name: 'Hand back to the assistant' }).click();
  await expect(said(widget(page)).last()).toContainText('Sam left the conversation.');
  await launcher(page).click();
  await expect(launcher(page)).toHaveText('Chat with us');
  await page.reload();
  await expect(bell(page)).toBeVisible();
  await expect(page.locator('deskbell-chat iframe')).toHaveCount(0);
});
