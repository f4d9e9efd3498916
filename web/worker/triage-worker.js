// Starts the reader in its worker. Where it cannot start, messages are read on the server.
import start from '{{asset:triage.js}}';

try {
  await start({ module_or_path: '{{asset:triage_bg.wasm}}' });
} catch (error) {
  console.warn('Deskbell: messages cannot be read on this device.', error);
  postMessage(JSON.stringify({ Failed: `${error}` }));
  close();
}
