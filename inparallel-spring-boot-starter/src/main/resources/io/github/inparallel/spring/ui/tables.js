// Running and waiting tasks, workers, methods, failures and deaths, as tables.

import { html, nothing } from './lit-html/lit-html.js';
import { repeat } from './lit-html/directives/repeat.js';
import { ago, bytes, count, dateTime, duration, plural, OUTCOME_NAMES, OUTCOME_SIGNS } from './format.js';
import { livingWorkers, onlyCalls } from './overview.js';
import { address } from './route.js';
import { cancel, kill, mayRead, mayWrite } from './actions.js';

const nobody = text => html`<p class="none">${text}</p>`;

function progress(task) {
  if (task.progress === undefined) {
    return nothing;
  }
  return html`<progress max="1" .value=${task.progress} aria-label="Progress"></progress>
    <span>${Math.round(task.progress * 100)} %</span>${task.message ? html` <span class="soft">${task.message}</span>` : nothing}`;
}

function elapsed(task) {
  return html`${task.timeout === undefined ? nothing : html`<progress class=${task.elapsed > task.timeout * 0.8 ? 'late' : ''}
      max=${task.timeout} .value=${Math.min(task.elapsed, task.timeout)} aria-label="Time used of its timeout"></progress>`}
    <span>${duration(task.elapsed)}${task.timeout === undefined ? '' : ` of ${duration(task.timeout)}`}</span>`;
}

/** Its worker here, or the member that has it. */
function where(pool, task) {
  return task.worker ? html`<a href=${address(pool.name, 'workers', task.worker.pid)}>${task.worker.name}</a>`
    : html`<span class="elsewhere">at <code>${task.member}</code></span>${task.pid === undefined ? nothing : html` <span class="soft">pid ${task.pid}</span>`}`;
}

export function tasks(pool) {
  const running = pool.workers
    .flatMap(worker => worker.tasks.map(task => ({ ...task, worker })))
    .concat(pool.elsewhere ?? [])
    .sort((a, b) => b.elapsed - a.elapsed);
  return html`
    <h3>Running</h3>
    ${running.length === 0 ? nobody('No task runs.') : html`
      <div class="scroll" tabindex="0" role="region" aria-label="Running tasks"><table>
        <thead><tr><th>Method</th><th class="minor">Task</th><th>Running for</th><th>Progress</th><th class="minor">Worker</th><th class="minor">Trace</th>${mayWrite() ? html`<th><span class="hidden">Cancel</span></th>` : nothing}</tr></thead>
        <tbody>${repeat(running.slice(0, 100), task => task.taskId, task => html`
          <tr>
            <th scope="row">${task.method}</th>
            <td class="minor"><code>${task.taskId}</code></td>
            <td class="bar">${elapsed(task)}</td>
            <td class="bar">${progress(task)}</td>
            <td class="minor">${where(pool, task)}</td>
            <td class="minor">${task.traceId ? html`<code class="trace" title=${task.traceId}>${task.traceId.slice(0, 8)}</code>` : '–'}</td>
            ${mayWrite() ? html`<td><button @click=${() => cancel(pool, task)} aria-label=${`Cancel task ${task.taskId} of ${task.method}`}>Cancel</button></td>` : nothing}
          </tr>`)}</tbody>
      </table></div>`}
    ${more(running.length < 100 ? running.length : Math.max(running.length, pool.running), 100)}
    <h3>Waiting</h3>
    ${pool.waiting.length === 0 ? nobody('No task waits.') : html`
      <div class="scroll" tabindex="0" role="region" aria-label="Waiting tasks"><table>
        <thead><tr><th>Method</th><th class="minor">Task</th><th>Waiting for</th>${mayWrite() ? html`<th><span class="hidden">Cancel</span></th>` : nothing}</tr></thead>
        <tbody>${repeat(pool.waiting, task => task.taskId, task => html`
          <tr>
            <th scope="row">${task.method}</th>
            <td class="minor"><code>${task.taskId}</code></td>
            <td>${duration(task.waiting)}</td>
            ${mayWrite() ? html`<td><button @click=${() => cancel(pool, task)} aria-label=${`Cancel task ${task.taskId} of ${task.method}`}>Cancel</button></td>` : nothing}
          </tr>`)}</tbody>
      </table></div>`}
    ${more(pool.queued, pool.waiting.length)}`;
}

function more(all, shown) {
  return all <= shown ? nothing : html`<p class="soft">… and ${plural(all - shown, 'more', 'more')}</p>`;
}

export function workers(pool, open, details) {
  const limit = pool.memoryLimit && pool.maxWorkers ? pool.memoryLimit / pool.maxWorkers : undefined;
  return html`
    ${pool.workers.length === 0 ? nobody(onlyCalls(pool) ? 'This member has no workers of this pool: others run its tasks.' : 'No worker lives: the next task starts one.') : html`
      <div class="scroll" tabindex="0" role="region" aria-label="Workers"><table>
        <thead><tr><th>Worker</th><th>Pid</th><th>State</th><th>Age</th><th class="number">Tasks done</th><th>Memory</th><th>Heap</th><th>Runs</th>${mayWrite() ? html`<th><span class="hidden">Kill</span></th>` : nothing}</tr></thead>
        <tbody>${repeat(pool.workers.slice(0, 200), worker => worker.name, worker => html`
          <tr class=${worker.pid === open ? 'open' : ''}>
            <th scope="row"><a href=${address(pool.name, 'workers', worker.pid)} aria-current=${worker.pid === open ? 'true' : 'false'}>${worker.name}</a></th>
            <td>${worker.pid < 0 ? '–' : worker.pid}</td>
            <td><span class="state ${worker.state}">${worker.state}</span></td>
            <td>${duration(worker.age)}</td>
            <td class="number">${count(worker.tasksDone)}</td>
            <td class="bar">${worker.memory !== undefined && limit ? html`<progress class=${worker.memory > limit * 0.9 ? 'late' : ''} max=${limit} .value=${Math.min(worker.memory, limit)} aria-label="Memory"></progress> ` : nothing}${bytes(worker.memory)}</td>
            <td>${worker.heapUsed === undefined ? '–' : `${bytes(worker.heapUsed)} of ${bytes(worker.heapMax)}`}</td>
            <td>${worker.tasks.length === 0 ? '–' : worker.tasks.map((task, index) => html`${index > 0 ? ', ' : ''}${task.method} <span class="soft">${duration(task.elapsed)}</span>`)}</td>
            ${mayWrite() ? html`<td><button class="danger" ?disabled=${worker.pid < 0} @click=${() => kill(pool, worker)} aria-label=${`Kill worker ${worker.name}`}>Kill</button></td>` : nothing}
          </tr>`)}</tbody>
      </table></div>`}
    ${more(livingWorkers(pool), Math.min(pool.workers.length, 200))}
    ${mayRead() && open !== null ? details : nothing}`;
}

const METHOD_COLUMNS = [
  { name: 'method', title: 'Method', of: each => each.method },
  { name: 'calls', title: 'Calls', of: each => each.window.calls, number: true },
  { name: 'bad', title: 'Not succeeded', of: each => each.window.calls - (each.window.outcomes.success ?? 0), number: true },
  { name: 'mean', title: 'Mean', of: each => each.window.mean, number: true },
  { name: 'p50', title: 'Half below', of: each => each.window.p50, number: true },
  { name: 'p99', title: '99 % below', of: each => each.window.p99, number: true },
  { name: 'max', title: 'Longest', of: each => each.window.max, number: true },
];

/** What the table of methods is sorted by, and which time it shows. */
export const sorting = { by: 'calls', down: true, window: 'hour' };

export function methods(history, now, changed) {
  const rows = history.methods.map(method => ({ ...method, window: method[sorting.window] }));
  const by = METHOD_COLUMNS.find(column => column.name === sorting.by);
  rows.sort((a, b) => {
    const [x, y] = [by.of(a), by.of(b)];
    const order = typeof x === 'string' ? x.localeCompare(y) : x - y;
    return sorting.down ? -order : order;
  });
  const sort = column => {
    sorting.down = sorting.by === column.name ? !sorting.down : column.number === true;
    sorting.by = column.name;
    changed();
  };
  return html`
    <p class="choice">
      <label>Over <select @change=${event => { sorting.window = event.target.value; changed(); }}>
        <option value="hour" ?selected=${sorting.window === 'hour'}>the last hour</option>
        <option value="fiveMinutes" ?selected=${sorting.window === 'fiveMinutes'}>the last 5 minutes</option>
      </select></label>
    </p>
    ${rows.length === 0 ? nobody('No method was called in the last hour.') : html`
      <div class="scroll" tabindex="0" role="region" aria-label="Methods"><table>
        <thead><tr>${METHOD_COLUMNS.map(column => html`
          <th class=${column.number ? 'number' : ''} aria-sort=${sorting.by !== column.name ? 'none' : sorting.down ? 'descending' : 'ascending'}>
            <button class="sort" @click=${() => sort(column)}>${column.title}<span aria-hidden="true">${sorting.by !== column.name ? '' : sorting.down ? ' ▾' : ' ▴'}</span></button></th>`)}
          <th>Last failure</th></tr></thead>
        <tbody>${repeat(rows, row => row.method, row => html`
          <tr>
            <th scope="row">${row.method}</th>
            <td class="number">${count(row.window.calls)}</td>
            <td class="number">${outcomes(row.window)}</td>
            <td class="number">${duration(row.window.mean)}</td>
            <td class="number">${duration(row.window.p50)}</td>
            <td class="number">${duration(row.window.p99)}</td>
            <td class="number">${duration(row.window.max)}</td>
            <td>${row.lastFailure ? html`<span class="type">${simple(row.lastFailure.type)}</span> ${row.lastFailure.message} <span class="soft">${ago(row.lastFailure.at, now)}</span>` : '–'}</td>
          </tr>`)}</tbody>
      </table></div>`}`;
}

function outcomes(window) {
  const bad = Object.entries(window.outcomes).filter(([outcome, number]) => outcome !== 'success' && number > 0);
  return bad.length === 0 ? '0' : bad.map(([outcome, number], index) => html`${index > 0 ? ', ' : ''}${sign(outcome)} ${count(number)} ${OUTCOME_NAMES[outcome]}`);
}

function sign(outcome) {
  return html`<span class="sign ${outcome}" aria-hidden="true">${OUTCOME_SIGNS[outcome]}</span>`;
}

function simple(type) {
  return type.slice(type.lastIndexOf('.') + 1);
}

export function failures(history) {
  const rows = [...history.failures].reverse();
  return rows.length === 0 ? nobody('No task failed, timed out or was lost in the last hour.') : html`
    <div class="scroll" tabindex="0" role="region" aria-label="Tasks that failed"><table>
      <thead><tr><th>At</th><th>Method</th><th>Task</th><th>Outcome</th><th>After</th><th>Worker</th><th>Failure</th></tr></thead>
      <tbody>${repeat(rows, row => row.taskId, row => html`
        <tr>
          <td>${dateTime(row.at)}</td>
          <th scope="row">${row.method}</th>
          <td><code>${row.taskId}</code></td>
          <td class="nowrap">${sign(row.outcome)} ${OUTCOME_NAMES[row.outcome]}</td>
          <td>${duration(row.elapsed)}</td>
          <td>${row.worker || '–'}</td>
          <td><span class="type">${simple(row.type)}</span> ${row.message}</td>
        </tr>`)}</tbody>
    </table></div>`;
}

export function deaths(history) {
  const rows = [...history.deaths].reverse();
  return rows.length === 0 ? nobody('No worker has ended in the last hour.') : html`
    <ul class="deaths">${repeat(rows, row => `${row.worker} ${row.at}`, row => html`
      <li class=${row.expected ? 'expected' : 'unexpected'}>
        <details>
          <summary>
            <span class="sign" aria-hidden="true">${row.expected ? '·' : '×'}</span>
            <span>${dateTime(row.at)}</span>
            <b>${row.worker}</b>
            <span>${row.cause}${row.signal ? ` (${row.signal})` : row.exitCode > 0 ? `, exit code ${row.exitCode}` : ''}</span>
            ${row.methods.length > 0 ? html`<span>while it ran ${row.methods.join(', ')}</span>` : nothing}
          </summary>
          <dl>
            <dt>Pid</dt><dd>${row.pid < 0 ? 'none' : row.pid}</dd>
            <dt>Age</dt><dd>${duration(row.age)}</dd>
            <dt>Tasks done</dt><dd>${count(row.tasksDone)}</dd>
            <dt>Exit code</dt><dd>${row.exitCode}</dd>
            ${row.explanation ? html`<dt>Explanation</dt><dd>${row.explanation}</dd>` : nothing}
            ${row.errorFile ? html`<dt>Error file</dt><dd><code>${row.errorFile}</code></dd>` : nothing}
            ${row.lastStderr.length > 0 ? html`<dt>Last lines</dt><dd><pre tabindex="0">${row.lastStderr.join('\n')}</pre></dd>` : nothing}
          </dl>
        </details>
      </li>`)}</ul>`;
}
