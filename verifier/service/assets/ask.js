// Asks the service every other second how far the visit is, and goes on when a wallet has answered.
const status = document.getElementById('status');
const wide = matchMedia('(min-width: 48rem) and (pointer: fine)');
const details = document.querySelector('details');
if (details && wide.matches) {
  details.open = true;
}

function say(step) {
  if (status.dataset.step !== step) {
    status.dataset.step = step;
    status.textContent = status.dataset[step];
  }
}

async function look() {
  const reply = await fetch(`${location.pathname}/wait`, {cache: 'no-store'});
  if (reply.status === 404) {
    say('over');
    return false;
  }
  if (!reply.ok) {
    return true;
  }
  const {step, next} = await reply.json();
  if (next) {
    say('going');
    // The page itself leads on, and drops its cookie.
    location.reload();
    return false;
  }
  say(step);
  return step !== 'over';
}

async function watch() {
  let on = true;
  while (on) {
    await new Promise((done) => setTimeout(done, 2000));
    // A page that nobody looks at waits until somebody does.
    if (document.visibilityState === 'hidden') {
      await new Promise((done) => document.addEventListener('visibilitychange', done, {once: true}));
    }
    // A line that breaks may come back.
    on = await look().catch(() => true);
  }
}

if (status.dataset.step !== 'over') {
  watch();
}
