import { agent, expect, openConsole, test } from '../support/deskbell.ts';

for (const { who, email, password } of [
  { who: 'a wrong password', email: agent.email, password: 'not the password' },
  { who: 'a stranger', email: 'stranger@demo.example', password: agent.password },
]) {
  test(`${who} is refused with a reason that gives nothing away, and gets no session`, async ({
    page,
    context,
    deskbell,
    guard,
  }) => {
    guard.expectError(new RegExp(`status of 401.*${deskbell.origin}/v1/agent/session`));
    await page.goto(`${deskbell.origin}/console`);
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText('The e-mail address or the password is wrong.')).toBeVisible();
    await expect(page.getByLabel('E-mail')).toHaveValue(email);

    expect(await context.cookies()).toEqual([]);
    expect((await context.request.get(`${deskbell.origin}/v1/agent/session`)).status()).toBe(401);
    await page.reload();
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  });
}

test('who is signed in stays so over a reload, and is nobody after signing out', async ({ page, context, deskbell }) => {
  await openConsole(page, deskbell);
  await page.reload();
  await expect(page.getByText('Nobody is waiting. Enjoy the quiet.')).toBeVisible();
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('You are signed out.')).toBeVisible();
  const headers = { cookie: `${cookie?.name}=${cookie?.value}` };
  expect((await fetch(`${deskbell.origin}/v1/agent/session`, { headers })).status).toBe(401);
});
