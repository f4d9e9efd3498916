import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, expectAccessible, launcher, openConsole, openWidget, ownBell, site, test, waiting } from '../support/deskbell.ts';

const words = (language: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../web/locales/${language}.json`), 'utf8'));

for (const [language, dir] of [
  ['de', 'ltr'],
  ['ar', 'rtl'],
] as const) {
  test(`the contact page takes a message in ${language}, without JavaScript, and agents know the language`, async ({
    newPage,
    deskbell,
    guard,
  }) => {
    guard.expectError(new RegExp(`status of 422.*${deskbell.origin}/contact/demo`));
    const { contactPage, compose } = words(language);
    const page = await newPage({ javaScriptEnabled: false, locale: language });
    await page.goto(`${deskbell.origin}/contact/demo`);
    const html = page.locator('html');
    await expect(html).toHaveAttribute('lang', language);
    await expect(html).toHaveAttribute('dir', dir);
    await expect(page.getByRole('heading')).toHaveText(contactPage.title.replace('{shop}', site.name));

    await page.getByLabel(compose.label).fill('1042');
    // A space is something to the browser, and nothing to us.
    await page.getByLabel(contactPage.contact).fill(' ');
    await page.getByRole('button', { name: compose.send }).click();
    await expect(page.getByRole('alert')).toHaveText(contactPage.contactMissing);
    await expect(html).toHaveAttribute('dir', dir);
    await expect(page.getByLabel(compose.label)).toHaveValue('1042');
    await page.getByLabel(contactPage.contact).fill('ann@example.org');
    await page.getByRole('button', { name: compose.send }).click();
    await expect(page.getByRole('heading')).toHaveText(contactPage.thanks);
    await expect(page.getByText(contactPage.nobody)).toBeVisible();

    const agentPage = await openConsole(await newPage(), deskbell);
    await expect(waiting(agentPage)).toContainText('Used the contact form');
    await expect(waiting(agentPage)).toContainText(site.name);
    await waiting(agentPage).getByRole('link').click();
    await expect(agentPage.getByRole('heading', { name: `Customer of ${site.name}` })).toBeVisible();
    await expect(agentPage.locator('dl.known')).toContainText(language === 'de' ? 'German' : 'Arabic');
  });
}

test('the chat leads to the contact page in its own language', async ({ page, context, deskbell }) => {
  const { contact, contactPage } = words('ar');
  const chat = await openWidget(page, deskbell, '/host/right-to-left.html');
  await ownBell(chat).click();
  const opened = context.waitForEvent('page');
  await chat.getByRole('link', { name: contact.page }).click();
  const form = await opened;
  await expect(form.getByRole('heading').first()).toHaveText(contactPage.title.replace('{shop}', site.name));
  await expectAccessible(form);
});

test('a key that no site has is named to the owner, and the customer is not sent to a page that is not there', async ({
  page,
  deskbell,
  guard,
}) => {
  guard.expectError(new RegExp(`status of 404.*${deskbell.origin}/widget`));
  guard.expectError(/has no site with the key "wrong-key"\. Compare data-site with what "deskbell site list" prints/);
  const told = page.waitForEvent('console', (message) => message.text().includes('"wrong-key"'));
  await page.goto(`${deskbell.shop.origin}/host/wrong-key.html`);
  await launcher(page).click();
  await told;
  await expect(page.getByText(words('en').loader.unknown).last()).toBeVisible();
  await expect(page.getByRole('link', { name: 'Write to a person' })).toBeHidden();
  await expectAccessible(page);
});
