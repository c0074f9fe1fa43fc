// Runs a task at once (or after a little jitter), then at most once per period; calls in between
// become one more run at the end of it.

export function throttle(task, period, { jitter = 0, random = Math.random } = {}) {
  let timer = null;
  let last = -Infinity;
  const run = () => {
    timer = null;
    last = Date.now();
    task();
  };
  const call = () => {
    if (timer !== null) return;
    const wait = Math.max(0, last + period - Date.now()) + Math.round(random() * jitter);
    timer = setTimeout(run, wait);
  };
  call.cancel = () => {
    clearTimeout(timer);
    timer = null;
  };
  return call;
}
