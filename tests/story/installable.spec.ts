import { expect, test, visit } from '../support/offline.ts';
import { withProfile } from '../support/profile.ts';

test.describe.configure({ timeout: 120_000 });

test('the browser finds nothing that keeps the demonstration from being installed', async ({
  host,
  guard,
  launchOptions,
}) => {
  await withProfile({ launchOptions, guard }, {}, async (context) => {
    const page = await context.newPage();
    const browser = await context.newCDPSession(page);
    const obstacles = async () => (await browser.send('Page.getInstallabilityErrors')).installabilityErrors;
    guard.expectError(/status of 404.*favicon\.ico/);
    await page.goto(`${host.address}app.webmanifest`);
    expect(await obstacles(), 'an address that is no application is told apart').toMatchObject([{ errorId: 'no-manifest' }]);

    await visit(page, host);
    const manifest = await browser.send('Page.getAppManifest');
    expect(manifest.errors).toEqual([]);
    expect(manifest.url).toBe(`${host.address}app.webmanifest`);
    expect(JSON.parse(manifest.data ?? '')).toMatchObject({ start_url: './', scope: './', display: 'standalone' });
    expect(await obstacles()).toEqual([]);
    const worker = await page.evaluate(() => navigator.serviceWorker.getRegistration().then((it) => it?.active?.state));
    expect(worker, 'what answers with the network off').toBe('activated');
  });
});
