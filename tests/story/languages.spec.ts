import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  expect,
  expectAccessible,
  goOnline,
  openConsole,
  openWidget,
  ownBell,
  reply,
  said,
  site,
  standing,
  take,
  test,
  waiting,
} from '../support/deskbell.ts';

const folder = join(import.meta.dirname, '../../web/locales');
const words = (language: string) => JSON.parse(readFileSync(join(folder, `${language}.json`), 'utf8'));
const languages = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.replace('.json', ''));

// In parts, so that none takes long.
for (let first = 0; first < languages.length; first += 7) {
  const some = languages.slice(first, first + 7);
  test(`the chat speaks ${some.join(', ')}, each in its own direction`, async ({ page, deskbell }) => {
    for (const language of some) {
      const { header, compose, welcome, dir } = words(language);
      await page.goto(`${deskbell.origin}/widget?site=demo&language=${language}`);
      await expect(page.locator('html')).toHaveAttribute('lang', language);
      await expect(page.locator('html')).toHaveAttribute('dir', dir);
      await expect(page.locator('#app button.bell')).toHaveText(header.bell);
      await expect(page.locator('#message')).toHaveAttribute('placeholder', compose.placeholder);
      await expect(page.locator('.hello')).toHaveText(welcome.helloShop.replace('{shop}', site.name));
    }
  });
}

test('a language of another region or name is understood, and one that we lack is English', async ({
  page,
  deskbell,
}) => {
  for (const [wanted, lang, bell] of [
    ['de-AT', 'de-AT', words('de').header.bell],
    ['pt_BR', 'pt-BR', words('pt').header.bell],
    ['no', 'no', words('nb').header.bell],
    ['iw', 'he', words('he').header.bell],
    ['sw', 'en-US', words('en').header.bell],
    ['', 'en-US', words('en').header.bell],
    ['%00"<b>', 'en-US', words('en').header.bell],
  ]) {
    await page.goto(`${deskbell.origin}/widget?site=demo&language=${wanted}`);
    await expect(page.locator('html')).toHaveAttribute('lang', lang);
    await expect(page.locator('#app button.bell')).toHaveText(bell);
  }
});

test('words that cannot be loaded are English instead', async ({ page, deskbell, guard }) => {
  guard.expectError(/503.*locale-fr-/);
  await page.route('**/assets/locale-fr-*', (route) => route.fulfill({ status: 503 }));
  await page.goto(`${deskbell.origin}/widget?site=demo&language=fr`);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.locator('#app button.bell')).toHaveText('Talk to a human');
});

test('numbers take the forms of their language', async ({ page, deskbell }) => {
  const { left } = words('pl').compose;
  await page.goto(`${deskbell.origin}/widget?site=demo&language=pl`);
  for (const [count, form] of [
    [1, left.one],
    [2, left.few],
    [5, left.many],
    [22, left.few],
  ] as const) {
    await page.locator('#message').fill('a'.repeat(4_000 - count));
    await expect(page.locator('#message-help')).toHaveText(form.replace('{count}', `${count}`));
  }
});

test('a person answers in a chat that is read from right to left', async ({ page, newPage, deskbell }) => {
  const { standing: stands, speaker } = words('ar');
  const agentPage = await openConsole(await newPage(), deskbell);
  await goOnline(agentPage);
  const chat = await openWidget(page, deskbell, '/host/right-to-left.html');
  await ownBell(chat).click();
  await expect(standing(chat)).toContainText(stands.next);
  await take(agentPage, waiting(agentPage));
  await reply(agentPage, 'שלום');
  await expect(said(chat, 'agent')).toHaveText('שלום');
  await expect(chat.locator('.agent .speaker bdi')).toHaveText(speaker.person.replace('{agent}', 'Sam'));
  await expectAccessible(page);
});
