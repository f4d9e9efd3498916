import { expect, test } from '../support/deskbell.ts';

test('a story passes over an error that it announced', async ({ page, deskbell, guard }) => {
  guard.expectError(/announced/);
  await page.goto(deskbell.shop.origin);
  await page.evaluate(() => console.error('announced'));
});

test.describe('a story fails', () => {
  test.fail();

  test('on an error that it did not announce', async ({ page, deskbell }) => {
    await page.goto(deskbell.shop.origin);
    await page.evaluate(() => console.error('not announced'));
  });

  test('on an exception that nobody caught, in any page of it', async ({ newPage, deskbell }) => {
    const page = await newPage();
    await page.goto(deskbell.shop.origin);
    const thrown = page.waitForEvent('pageerror');
    await page.evaluate(() => setTimeout(() => Promise.reject(new Error('not caught')), 0));
    expect((await thrown).message).toBe('not caught');
  });
});
