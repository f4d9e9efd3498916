// Starts the console. Whatever goes wrong ends in the card that the page keeps ready.
document.getElementById('reload').addEventListener('click', () => location.reload());

try {
  const { default: init } = await import('{{asset:console.js}}');
  await init({ module_or_path: '{{asset:console_bg.wasm}}' });
} catch (error) {
  console.error(error);
  document.getElementById('console')?.remove();
  document.getElementById('failure').hidden = false;
}
