import {
  composer,
  expect,
  modelReady,
  openWidget,
  ownBell,
  said,
  test,
  write,
} from '../support/deskbell.ts';

test('Enter pressed twice sends once and blames nobody; an empty message on purpose is told of', async ({ page, deskbell }) => {
  const chat = await openWidget(page, deskbell);
  await write(chat, 'hello there');
  await composer(chat).press('Enter');
  await expect(said(chat, 'customer')).toHaveText(['hello there']);
  await expect(chat.getByText('Write something first.')).toHaveCount(0);
  await composer(chat).fill(' ');
  await composer(chat).press('Enter');
  await expect(chat.getByText('Write something first.')).toBeVisible();
});

test('a tap elsewhere closes the options, in browsers where a pressed button takes no focus, too', async ({ page, deskbell }) => {
  const chat = await openWidget(page, deskbell);
  // As Safari does it.
  await composer(chat).evaluate(() => addEventListener('mousedown', (event) => event.preventDefault()));
  await chat.getByRole('button', { name: 'More options' }).click();
  const item = chat.locator('.options button, .options a').nth(1);
  await expect(item).toBeVisible();
  await chat.getByRole('heading').first().click();
  await expect(item).toBeHidden();
});

test('who says that an answer did not help reads what to do now, in sight', async ({ page, deskbell }) => {
  await page.setViewportSize({ width: 320, height: 568 });
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await write(chat, 'where is my parcel?? order 1042');
  const no = chat.getByRole('group', { name: 'Did this help?' }).getByRole('button', { name: 'No' });
  await no.click();
  const sorry = said(chat, 'bot').last();
  await expect(sorry).toContainText('I am sorry that this did not help.');
  await expect(sorry).toBeInViewport({ ratio: 1 });
});

test('a phone number is read from left to right, whatever the language', async ({ page, deskbell }) => {
  const { origin } = deskbell.shop;
  await deskbell.cli(['site', 'add', '--key', 'demo', '--replace', '--name', 'Demo shop', '--origin', origin, '--phone', '+44 20 7946 0000']);
  const chat = await openWidget(page, deskbell, '/host/right-to-left.html');
  await ownBell(chat).click();
  await expect(chat.getByRole('link', { name: '+44 20 7946 0000' }).first()).toHaveCSS('direction', 'ltr');
});
