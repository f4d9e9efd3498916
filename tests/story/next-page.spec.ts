import {
  bell,
  expect,
  launcher,
  modelReady,
  openConsole,
  openWidget,
  reply,
  said,
  sayOnEveryPage,
  standing,
  take,
  test,
  waiting,
  widget,
} from '../support/deskbell.ts';

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
  await reply(agentPage, 'Your fern is on its way.');
  await expect(launcher(page)).toContainText('2 new');
  await expect(launcher(page)).toHaveAttribute('aria-expanded', 'false');

  await launcher(page).click();
  await expect(said(widget(page), 'agent')).toHaveText(['Good day.', 'Your fern is on its way.']);
  await agentPage.getByRole('button', { name: 'Hand back to the assistant' }).click();
  await expect(said(widget(page)).last()).toContainText('Sam left the conversation.');
  await launcher(page).click();
  await expect(launcher(page)).toHaveText('Chat with us');
  await page.reload();
  await expect(bell(page)).toBeVisible();
  await expect(page.locator('deskbell-chat iframe')).toHaveCount(0);
});

for (const [who, customer] of [
  ['who is named', { name: 'Ana Ruiz', email: 'ana@example.com' }],
  ['whom nobody named', null],
] as const) {
  test(`a customer ${who} and who only looked is not followed: the next page loads no chat`, async ({ page, deskbell }) => {
    await sayOnEveryPage(page, 'identify', customer);
    const chat = await openWidget(page, deskbell);
    await modelReady(chat);

    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(`${deskbell.shop.origin}/host/own-contact.html`);
    await expect(bell(page)).toBeVisible();
    // Whoever moves towards the chat gets the part of the loader that would load it for who is followed.
    await launcher(page).hover();
    await expect(page.locator('deskbell-chat .card')).toBeAttached();
    await expect(page.locator('deskbell-chat iframe')).toHaveCount(0);
    expect(asked).not.toContain('/widget');
    expect(asked.some((path) => path.startsWith('/assets/panel-'))).toBe(true);
  });
}
