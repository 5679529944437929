// What the page does, through the endpoint inparallel and with its access.

import { request } from './connection.js';
import { ask, refresh } from './dialog.js';
import { duration, plural } from './format.js';
import { livingWorkers } from './overview.js';

let state = null;
let done = () => {};

/** Tells who asks for anything which state is shown, and whom to tell when something was done, or (true) refused. */
export function use(current, onDone) {
  state = current;
  done = onDone;
  refresh();
}

export function mayWrite() {
  return state !== null && state.writable && Boolean(state.actions);
}

export function mayRead() {
  return state !== null && Boolean(state.actions);
}

function path(...segments) {
  return `${state.actions}/${segments.map(encodeURIComponent).join('/')}`;
}

export function read(...segments) {
  return request(path(...segments), { patience: 15000 });
}

async function write(method, segments, body) {
  const headers = { 'Content-Type': 'application/json' };
  const cookie = document.cookie.match(/(?:^|; )XSRF-TOKEN=([^;]*)/);
  if (state.csrf) {
    headers[state.csrf.header] = state.csrf.token;
  } else if (cookie) {
    headers['X-XSRF-TOKEN'] = decodeURIComponent(cookie[1]);
  }
  let refused = true;
  try {
    await request(path(...segments), { method, headers, body: body && JSON.stringify(body), patience: 15000 });
    refused = false;
  } finally {
    done(refused); // the token may be of a session that has ended
  }
}

const act = (pool, action, more = {}) => write('POST', [pool.name], { action, ...more });

/** The pool as it is now; one without anything if it is gone. */
function now(pool) {
  return state.pools.find(each => each.name === pool.name) ?? { workers: [], states: {}, waiting: [], inFlight: 0 };
}

/** What ends if the tasks of these workers do: "It ends 1 running task: Ocr.read, since 12 s." */
function loss(tasks) {
  if (tasks.length === 0) {
    return 'It runs no task now, so none is lost.';
  }
  const named = tasks.slice(0, 3).map(task => `${task.method}, since ${duration(task.elapsed)}`).join('; ');
  return `It ends ${plural(tasks.length, 'running task', 'running tasks')}: ${named}${tasks.length > 3 ? '; …' : ''}.`;
}

export function cancel(pool, task) {
  ask({
    title: `Cancel ${task.method}?`,
    loses: () => {
      const current = now(pool);
      const running = current.workers.flatMap(worker => worker.tasks).concat(current.elsewhere ?? []).find(each => each.taskId === task.taskId);
      if (running) {
        return `It ends 1 running task, ${task.taskId}, since ${duration(running.elapsed)}. Its caller gets a CancellationException.`;
      }
      if (current.waiting.some(each => each.taskId === task.taskId)) {
        return `Task ${task.taskId}, which waits, will never run. Its caller gets a CancellationException.`;
      }
      const listed = current.workers.reduce((sum, worker) => sum + worker.tasks.length, current.waiting.length + (current.elsewhere?.length ?? 0));
      return current.inFlight > listed ? `Task ${task.taskId} ends, or will never run. Its caller gets a CancellationException.` : null;
    },
    confirm: 'Cancel the task',
    action: () => write('DELETE', [pool.name, task.taskId]),
  });
}

export function kill(pool, worker) {
  ask({
    title: `Kill worker ${worker.name}, pid ${worker.pid}?`,
    loses: () => {
      const current = now(pool);
      const listed = current.workers.find(each => each.name === worker.name);
      return listed ? `${loss(listed.tasks)} Another worker takes its place.`
        : livingWorkers(current) > current.workers.length ? 'It ends what it runs. Another worker takes its place.' : null;
    },
    confirm: 'Kill the worker',
    action: () => act(pool, 'kill', { pid: worker.pid }),
  });
}

export function recycle(pool) {
  ask({
    title: `Replace all workers of pool '${pool.name}'?`,
    loses: () => 'Each worker leaves when its tasks have ended, and another takes its place. No task is lost.',
    confirm: 'Recycle',
    danger: false,
    action: () => act(pool, 'recycle'),
  });
}

export function drain(pool) {
  ask({
    title: `Drain pool '${pool.name}'?`,
    loses: () => `New calls are refused until it is resumed. The ${plural(now(pool).inFlight, 'task', 'tasks')} in flight will finish.`,
    confirm: 'Drain',
    action: () => act(pool, 'drain'),
  });
}

export function resume(pool) {
  ask({
    title: `Resume pool '${pool.name}'?`,
    loses: () => 'It accepts calls again. Nothing is lost.',
    confirm: 'Resume',
    danger: false,
    action: () => act(pool, 'resume'),
  });
}

export function resize(pool) {
  ask({
    title: `Resize pool '${pool.name}'?`,
    loses: () => 'Running tasks go on. It holds until the application is restarted.',
    confirm: 'Resize',
    danger: false,
    fields: [
      { name: 'min', label: 'Fewest workers', value: pool.minWorkers, min: 0 },
      { name: 'max', label: 'Most workers', value: pool.maxWorkers, min: 1 },
    ],
    action: values => act(pool, 'resize', values),
  });
}
