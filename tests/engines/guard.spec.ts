import { expect, test } from './support/story.ts';

test('what a page logs as an error is found, and what nobody caught in it', async ({ customer, deskbell, guard }) => {
  guard.expectError(/told the console|nobody caught/);
  const { browser } = customer;
  await customer.visit(deskbell.shop.origin);
  await customer.shows('h1', /./);
  await browser.session.run(`
    console.error('told the console');
    setTimeout(() => { document.title = 'thrown'; throw new Error('thrown, nobody caught it'); }, 0);
    Promise.reject(new Error('rejected, nobody caught it'));`);
  await expect.poll(() => browser.session.run('return document.title')).toBe('thrown');
  await customer.shows('h1', /./);
  await browser.end();
  expect(browser.errors).toHaveLength(3);
  for (const error of ['told the console', 'rejected, nobody caught it', 'thrown, nobody caught it']) {
    expect(browser.errors).toContainEqual(expect.stringContaining(error));
  }
});
