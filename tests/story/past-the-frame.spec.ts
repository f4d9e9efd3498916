import {
  bell,
  expect,
  gate,
  identify,
  keptForNextPage,
  launcher,
  openConsole,
  ringsOf,
  standing,
  test,
  waiting,
  widget,
} from '../support/deskbell.ts';

test('while a ring past the frame is under way the frame is not tried again, whatever gives hope', async ({
  page,
  context,
  newPage,
  deskbell,
}) => {
  const answered = gate();
  // A frame that says nothing is given up.
  await context.route('**/widget?*', (route) => route.fulfill({ contentType: 'text/html', body: '<p>Nothing here</p>' }));
  await context.route('**/escalation', async (route) => {
    await answered.opened;
    await route.continue();
  });
  await page.goto(deskbell.shop.origin);
  const underWay = page.waitForRequest('**/escalation');
  await bell(page).click();
  await underWay;
  await expect(page.locator('deskbell-chat iframe')).toHaveCount(0);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await page.evaluate(() => window.Deskbell?.('open'));
  expect(await page.locator('deskbell-chat iframe').count()).toBe(0);
  answered.open();
  await expect(page.getByText('A person has been called. The chat did not load here').last()).toBeVisible();
  await expect(waiting(await openConsole(await newPage(), deskbell))).toHaveCount(1);
});

test('when the server is back the chat is tried first, and nobody is called past it', async ({
  page,
  newPage,
  deskbell,
  guard,
}) => {
  guard.expectError(new RegExp(`ERR_(CONNECTION_REFUSED|FAILED).*${deskbell.origin}/`));
  await page.goto(deskbell.shop.origin);
  await deskbell.kill();
  await bell(page).click();
  await expect(page.getByRole('link', { name: 'Write to a person' })).toBeVisible();
  // The server comes back too late for the frame that is just being loaded.
  let back = false;
  page.on('response', (response) => void (back ||= response.url().includes('/assets/panel-')));
  await page.route('**/widget?*', (route) => (back ? route.continue() : route.abort()));
  const past: string[] = [];
  page.on('request', (request) => request.frame() === page.mainFrame() && /\/v1\//.test(request.url()) && past.push(request.url()));
  await deskbell.start();
  await expect(standing(widget(page))).toContainText('Your request is stored.');
  expect(past).toEqual([]);
  await expect(waiting(await openConsole(await newPage(), deskbell))).toHaveCount(1);
});

test('past the frame, too, whoever comes next is not told of and rung for as the customer before', async ({
  page,
  context,
  newPage,
  deskbell,
  guard,
}) => {
  guard.expectError(/Content Security Policy directive: "frame-src 'none'"/);
  const rings = ringsOf(context);
  await page.goto(`${deskbell.shop.origin}/host/no-frames.html`);
  await expect(bell(page)).toBeVisible();
  await identify(page, { email: 'ana@example.com' });
  await bell(page).click();
  const called = page.getByText('A person has been called. The chat did not load here').last();
  await expect(called).toBeVisible();
  await identify(page, { email: ' Ana@example.com' });
  await expect(called, 'the same customer').toBeVisible();
  await identify(page, { email: 'ben@example.com' });
  await expect(called).toBeHidden();
  expect(await keptForNextPage(page)).toBeNull();
  await bell(page).click();
  await expect(called).toBeVisible();
  await expect(waiting(await openConsole(await newPage(), deskbell))).toHaveCount(2);
  expect(new Set(rings.map(({ conversation }) => conversation)).size, 'conversations').toBe(2);
});

test('bells in two tabs that reach nobody, and no frame, call one person when the server is back', async ({
  context,
  newPage,
  deskbell,
  guard,
}) => {
  guard.expectError(/Content Security Policy directive: "frame-src 'none'"/);
  guard.expectOutage(deskbell.origin);
  const rings = ringsOf(context);
  const tabs = [await context.newPage(), await context.newPage()];
  for (const tab of tabs) {
    await tab.goto(`${deskbell.shop.origin}/host/no-frames.html`);
    await expect(bell(tab)).toBeVisible();
    // Who moves towards the bell has the shop's other ways loaded.
    await launcher(tab).hover();
    await expect(tab.locator('deskbell-chat .card')).toBeAttached();
  }
  await deskbell.kill();
  for (const tab of tabs) {
    await bell(tab).click();
    await expect(tab.getByText('Your request is kept and tried again by itself.').last()).toBeVisible();
  }
  await deskbell.start();
  for (const tab of tabs) {
    await expect(tab.getByText('A person has been called. The chat did not load here').last()).toBeVisible({ timeout: 30_000 });
  }
  await expect(waiting(await openConsole(await newPage(), deskbell))).toHaveCount(1);
  expect(new Set(rings.map(({ conversation }) => conversation)).size, 'conversations').toBe(1);
});

test('a server that is back with too much to do to tell anything of the site hears the bell past a blocked frame', async ({
  page,
  newPage,
  deskbell,
  guard,
}) => {
  guard.expectError(/Content Security Policy directive: "frame-src 'none'"/);
  guard.expectOutage(deskbell.origin);
  guard.expectError(new RegExp(`status of 503.*${deskbell.origin}/loader/site/`));
  await page.goto(`${deskbell.shop.origin}/host/no-frames.html`);
  await expect(bell(page)).toBeVisible();
  await launcher(page).hover();
  await expect(page.locator('deskbell-chat .card')).toBeAttached();
  await deskbell.kill();
  await bell(page).click();
  await expect(page.getByText('Your request is kept and tried again by itself.').last()).toBeVisible();
  await page.route('**/loader/site/**', (route) => route.fulfill({ status: 503 }));
  await deskbell.start();
  await expect(page.getByText('A person has been called. The chat did not load here').last()).toBeVisible({ timeout: 30_000 });
  await expect(waiting(await openConsole(await newPage(), deskbell))).toHaveCount(1);
});

test('a site whose script comes later knows whom the page named before', async ({ page, newPage, deskbell }) => {
  const { origin } = deskbell.shop;
  await deskbell.cli(['site', 'add', '--key', 'second', '--name', 'Second shop', '--origin', origin]);
  await page.goto(origin);
  await expect(bell(page)).toBeVisible();
  await identify(page, { name: 'Ana Ruiz' });
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.src = document.querySelector<HTMLScriptElement>('script[data-site]')?.src ?? '';
    script.dataset.site = 'second';
    script.dataset.side = 'left';
    document.body.append(script);
  });
  await expect(page.locator('deskbell-chat')).toHaveCount(2);
  await page.evaluate(() => window.Deskbell?.('bell', 'second'));
  const agentPage = await openConsole(await newPage(), deskbell);
  await waiting(agentPage).getByRole('link').click();
  await expect(agentPage.locator('.pane header')).toContainText('Ana Ruiz · not verified');
});

test('what a frame still says that is about to load itself again is not heard', async ({ page, deskbell }) => {
  await page.addInitScript(() => {
    if (window !== window.top) return;
    const heard: string[] = [];
    Object.assign(window, { heard });
    window.Deskbell ??= (...call: unknown[]) => (window.Deskbell!.q ??= []).push(call);
    window.Deskbell('on', 'state', ({ detail }) => heard.push(detail.state));
    window.Deskbell('on', 'unread', ({ detail }) => heard.push(`${detail.count}`));
  });
  await page.route('**/widget?*', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<script>
        const tell = (deskbell, more) => parent.postMessage({ deskbell, ...more }, '*');
        tell('boot', { contact: {} });
        tell('leaving');
        tell('state', { state: 'with_agent' });
        tell('unread', { count: 7 });
        tell('boot', { contact: {} });
        tell('state', { state: 'waiting' });
      </script>`,
    }),
  );
  await page.goto(deskbell.shop.origin);
  await page.evaluate(() => window.Deskbell?.('open'));
  const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  await expect.poll(heard).toContain('waiting');
  expect(await heard()).toEqual(['waiting']);
});

test('a chat that is taken off the page before the page is idle loads nothing any more', async ({ page, deskbell }) => {
  await page.addInitScript(() => {
    if (window !== window.top) return;
    localStorage.setItem('deskbell:demo', '1');
    const idle: (() => void)[] = [];
    Object.assign(window, { idle, requestIdleCallback: (call: () => void) => idle.push(call) });
  });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const idle = () => page.evaluate(() => (window as unknown as { idle: (() => void)[] }).idle.forEach((call) => call()));
  await page.goto(deskbell.shop.origin);
  await expect(bell(page)).toBeVisible();
  await page.evaluate(() => window.Deskbell?.('destroy'));
  await idle();
  expect(asked.filter((path) => path.startsWith('/assets/panel-'))).toEqual([]);

  await page.reload();
  await expect(bell(page)).toBeVisible();
  const loaded = page.waitForRequest('**/assets/panel-*');
  await idle();
  await loaded;
});
