import { authenticatorCode } from '../support/authenticator.ts';
import { agent, expect, expectAccessible, openConsole, test, type Deskbell, type Guard, type Page } from '../support/deskbell.ts';

const answered = (deskbell: Deskbell, status: number, path = 'session') =>
  new RegExp(`status of ${status}.*${deskbell.origin}/v1/agent/${path}`);

/** Turns two-step sign-in on; gives the secret and the recovery codes. */
async function setUp(console: Page): Promise<{ secret: string; codes: string[] }> {
  await console.getByRole('button', { name: 'Account' }).click();
  await console.getByRole('button', { name: 'Set up two-step sign-in' }).click();
  const secret = await console.locator('.secret').innerText();
  await expect(console.getByLabel('Code that the app shows')).toBeFocused();
  await console.keyboard.type(authenticatorCode(secret));
  await console.keyboard.press('Enter');
  await expect(console.getByRole('heading', { name: 'Keep these recovery codes' })).toBeFocused();
  return { secret, codes: await console.locator('.recovery-codes li').allInnerTexts() };
}

async function signInAsFarAsCode(page: Page, deskbell: Deskbell, guard: Guard): Promise<void> {
  guard.expectError(answered(deskbell, 401));
  await page.goto(`${deskbell.origin}/console`);
  await page.getByLabel('E-mail').fill(agent.email);
  await page.getByLabel('Password').fill(agent.password);
  await page.getByLabel('Password').press('Enter');
  await expect(page.getByText('Enter the code from your authenticator app, or a recovery code.')).toBeVisible();
  await expect(page.getByLabel('Code')).toBeFocused();
}

const atWork = (page: Page) => expect(page.getByText('Nobody is waiting. Enjoy the quiet.')).toBeVisible();

test('two-step sign-in is set up by keyboard, asks for a code and takes each code once', async ({
  page,
  newPage,
  deskbell,
  guard,
}) => {
  const { secret, codes } = await setUp(await openConsole(page, deskbell));
  expect(codes).toHaveLength(8);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('button', { name: 'Account' })).toBeFocused();
  await expect(page.getByText(codes[0] ?? '')).toHaveCount(0);

  const home = await newPage();
  await signInAsFarAsCode(home, deskbell, guard);
  await expectAccessible(home);
  await home.keyboard.type('000');
  await home.keyboard.press('Enter');
  await expect(home.getByText('The code is wrong or was used before.')).toBeVisible();
  await expect(home.getByLabel('Code')).toBeFocused();
  // That of now was used to set it up; the next one is taken already, for clocks that are ahead.
  await home.getByLabel('Code').fill(authenticatorCode(secret, 1));
  await home.keyboard.press('Enter');
  await atWork(home);
});

test('who lost the app gets in with a recovery code, once, and with the operator’s help', async ({
  page,
  newPage,
  deskbell,
  guard,
}) => {
  const { codes } = await setUp(await openConsole(page, deskbell));
  const [code = ''] = codes;
  const second = await newPage();
  await signInAsFarAsCode(second, deskbell, guard);
  await second.keyboard.type(code);
  await second.keyboard.press('Enter');
  await atWork(second);

  const third = await newPage();
  await signInAsFarAsCode(third, deskbell, guard);
  await third.keyboard.type(code);
  await third.keyboard.press('Enter');
  await expect(third.getByText('The code is wrong or was used before.')).toBeVisible();
  guard.expectError(answered(deskbell, 401, '.*'));
  await deskbell.cli(['agent', 'totp-reset', '--email', agent.email]);
  await third.reload();
  await third.getByLabel('E-mail').fill(agent.email);
  await third.getByLabel('Password').fill(agent.password);
  await third.getByRole('button', { name: 'Sign in' }).click();
  await atWork(third);
  const log = await deskbell.cli(['audit']);
  for (const act of ['totp_set', 'recovery_code_used', 'sign_in_failed', 'totp_reset']) expect(log).toContain(act);
  for (const secret of codes) expect(log).not.toContain(secret);
});

test('signing out everywhere ends the console in the other browser', async ({ page, newPage, deskbell, guard }) => {
  const here = await openConsole(page, deskbell);
  const elsewhere = await openConsole(await newPage(), deskbell);
  guard.expectError(answered(deskbell, 401, '.*'));
  await here.getByRole('button', { name: 'Account' }).click();
  await here.getByRole('button', { name: 'Sign out everywhere' }).click();
  await expect(here.getByText('You are signed out.')).toBeVisible();
  await expect(elsewhere.getByText('Your session has ended. Please sign in again')).toBeVisible();
});
