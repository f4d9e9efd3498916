import {
  bell,
  composer,
  expect,
  gate,
  launcher,
  openConsole,
  type Page,
  reply,
  said,
  standing,
  take,
  test,
  waiting,
  widget,
} from '../support/deskbell.ts';

/** The ids of the rings that a page's requests carry. */
function ringsOf(page: Page): string[] {
  const rings: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/escalation')) rings.push(request.postDataJSON().write);
  });
  return rings;
}

test('one press rings before the chat has arrived; the chat goes on from there, and nothing rings twice', async ({
  page,
  context,
  newPage,
  deskbell,
}) => {
  const agentPage = await openConsole(await newPage(), deskbell);
  const arrives = gate();
  await context.route('**/widget_bg-*.wasm', async (route) => {
    await arrives.opened;
    await route.continue();
  });
  const rings = ringsOf(page);
  await page.goto(deskbell.shop.origin);
  await bell(page).click();
  await expect(waiting(agentPage)).toContainText('Rang the bell');
  const chat = widget(page);
  await expect(chat.getByText('A person has been called. The chat is loading…')).toBeVisible();
  await launcher(page).click();
  await expect(launcher(page)).toHaveText('Waiting for a person');
  await launcher(page).click();

  arrives.open();
  await expect(standing(chat)).toContainText('Your request is stored.');
  await expect(said(chat)).toHaveText(['You asked for a person.']);
  expect(rings).toHaveLength(1);
  await take(agentPage, waiting(agentPage));
  await reply(agentPage, 'Good day.');
  await expect(said(chat, 'agent')).toHaveText(['Good day.']);
});

test('a ring that is still under way when the chat comes up is one ring', async ({ page, context, newPage, deskbell }) => {
  const answered = gate();
  await context.route('**/escalation', async (route) => {
    await answered.opened;
    await route.continue();
  });
  const rings = ringsOf(page);
  await page.goto(deskbell.shop.origin);
  await bell(page).click();
  const chat = widget(page);
  await expect(composer(chat)).toBeVisible();
  await expect(standing(chat)).toContainText('Calling a person');
  answered.open();
  await expect(standing(chat)).toContainText('Your request is stored.');
  await expect(said(chat)).toHaveText(['You asked for a person.']);
  expect(new Set(rings).size).toBe(1);
  await expect(waiting(await openConsole(await newPage(), deskbell))).toHaveCount(1);
});

test('a ring that the server cannot hear is kept, is sent when it can, and outlives the page', async ({
  page,
  context,
  newPage,
  deskbell,
  guard,
}) => {
  guard.expectError(new RegExp(`ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE).*${deskbell.origin}/`));
  // Never arrives.
  await context.route('**/widget_bg-*.wasm', () => {});
  await page.goto(deskbell.shop.origin);
  await launcher(page).click();
  const chat = widget(page);
  await expect(chat.getByText('The chat is loading…', { exact: true })).toBeVisible();
  await deskbell.kill();
  await chat.getByRole('button', { name: 'Talk to a human' }).click();
  await expect(chat.getByText('Your request is kept on this device and tried again by itself.')).toBeVisible();
  await page.goto('about:blank');

  await deskbell.start();
  const agentPage = await openConsole(await newPage(), deskbell);
  await expect(waiting(agentPage)).toHaveCount(0);
  await page.goto(deskbell.shop.origin);
  await launcher(page).click();
  await expect(waiting(agentPage)).toContainText('Rang the bell');
  await expect(chat.getByText('A person has been called. The chat is loading…')).toBeVisible();
});

test('a bell pressed while the server is down leads to the contact page, and rings by itself when it is back', async ({
  page,
  newPage,
  deskbell,
  guard,
}) => {
  guard.expectError(new RegExp(`ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE).*${deskbell.origin}/`));
  // Here the frame is the only way, so that the ring is the frame's.
  guard.expectError(/violates .* Content Security Policy/);
  await page.goto(`${deskbell.shop.origin}/host/strict-policy.html`);
  await expect(bell(page)).toBeVisible();
  await deskbell.kill();
  await bell(page).click();
  await expect(page.getByText('The chat did not load. You can still reach a person:').last()).toBeVisible();
  await expect(page.getByRole('link', { name: 'Write to a person' })).toHaveAttribute(
    'href',
    `${deskbell.origin}/contact/demo`,
  );

  await deskbell.start();
  await expect(standing(widget(page))).toContainText('Your request is stored.');
  await expect(waiting(await openConsole(await newPage(), deskbell))).toHaveCount(1);
});

test('with storage blocked and no chat the ring still reaches a person', async ({
  page,
  context,
  newPage,
  deskbell,
  guard,
}) => {
  guard.expectError(new RegExp(`ERR_FAILED.*${deskbell.origin}/assets/widget_bg-[0-9a-f]+\\.wasm`));
  await context.route('**/*.wasm', (route) => (route.request().url().includes('widget_bg') ? route.abort() : route.continue()));
  await context.addInitScript(() => {
    const denied = () => {
      throw new DOMException('Access is denied for this document.', 'SecurityError');
    };
    Object.defineProperty(window, 'localStorage', { get: denied });
  });
  await page.goto(deskbell.shop.origin);
  await bell(page).click();
  await expect(widget(page).getByText('A person has been called.', { exact: true })).toBeVisible();
  await expect(waiting(await openConsole(await newPage(), deskbell))).toContainText('Rang the bell');
});
