// How all is: one line, how fresh it is, what is wrong, and a card for each pool.

import { html, svg, nothing } from './lit-html/lit-html.js';
import { repeat } from './lit-html/directives/repeat.js';
import { bytes, plural, rate, time } from './format.js';
import { address } from './route.js';
import { LENGTH } from './history.js';

const SPARK = { width: 120, height: 28, intervals: 120 };

/** What the dot beside the headline says. */
export function freshness(status) {
  switch (status.kind) {
    case 'live':
      return { mood: 'good', text: 'Live' };
    case 'connecting':
      return { mood: 'unknown', text: 'Connecting' };
    case 'late':
      return { mood: 'late', text: `Figures of ${time(status.since)}` };
    case 'login':
      return { mood: 'bad', text: `Not signed in: ${status.message}` };
    case 'refused':
      return { mood: 'bad', text: `Refused: ${status.message}` };
    default:
      return {
        mood: 'bad',
        text: status.since === null || status.since === undefined
          ? `The application is not there: ${status.message}`
          : `The application has been gone since ${time(status.since)}: ${status.message}`,
      };
  }
}

export function header(state, status) {
  const fresh = freshness(status);
  const stale = status.kind !== 'live' && status.kind !== 'connecting';
  return html`
    <header>
      <p class="product"><span class="logo" aria-hidden="true"></span>inparallel${state ? html` <span class="application">${state.application}</span>` : nothing}</p>
      <p class="freshness ${fresh.mood}" role="status"><span class="dot" aria-hidden="true"></span>${fresh.text}${
        status.kind === 'login' ? html` <a href="" @click=${reload}>Sign in</a>` : nothing}</p>
      <div class="headline ${mood(state, stale)}">
        <h1>${state === null ? (stale ? 'Nothing is known yet' : 'Looking…') : stale ? `Last known: ${state.headline}` : state.headline}</h1>
        ${state === null || stale || state.problems.length === 0 ? nothing : html`<p class="advice">${prose(state.problems[0].advice)}</p>`}
      </div>
    </header>`;
}

function reload(event) {
  event.preventDefault();
  location.reload();
}

function mood(state, stale) {
  if (state === null || stale) {
    return 'unknown';
  }
  return state.problems.some(each => each.severity === 'error') ? 'bad' : state.problems.length > 0 ? 'warn' : 'good';
}

/** Text in which what stands between backticks is code. */
export function prose(text) {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
}

export function problems(state) {
  const others = state.problems.slice(1, 20); // the headline says the worst
  return others.length === 0 ? nothing : html`
    <section aria-label="More problems">
      <ul class="problems">
        ${repeat(others, each => `${each.pool} ${each.advice} ${each.text}`, each => html`
          <li class=${each.severity}>
            <strong><span class="sign" aria-hidden="true">${each.severity === 'error' ? '✖' : '▲'}</span>${
              each.severity === 'error' ? 'Error' : 'Warning'}</strong>
            <span class="text">${each.text}.</span>
            <span class="advice">${prose(each.advice)}</span>
          </li>`)}
      </ul>
    </section>`;
}

/** How many workers live; `pool.workers` has fewer where they are many. */
export function livingWorkers(pool) {
  return Object.values(pool.states).reduce((sum, number) => sum + number, 0);
}

/** Whether other members run all of its tasks. */
export function onlyCalls(pool) {
  return pool.elsewhere !== undefined && pool.maxWorkers === 0 && livingWorkers(pool) === 0;
}

export function card(pool, history, open) {
  const rates = history.rates();
  const last = rates.length === 0 ? 0 : rates[rates.length - 1];
  return html`
    <li class="card ${pool.status}">
      <a href=${address(pool.name)} aria-current=${open ? 'true' : 'false'}>
        <span class="name">${pool.name}</span>
        <span class="status">${pool.status}</span>
        ${onlyCalls(pool) ? html`<span class="figure">no workers here</span>`
          : html`<span class="figure"><b>${pool.states.busy ?? 0}</b> of <b>${livingWorkers(pool)}</b> busy</span>`}
        <span class="figure"><b>${pool.queued}</b> waiting</span>
        <span class="figure"><b>${pool.inFlight}</b> in flight</span>
        <span class="figure"><b>${rate(last)}</b> tasks/s</span>
        ${pool.elsewhere ? html`<span class="figure there"><b>${pool.elsewhere.length}</b> at other members</span>` : nothing}
        ${onlyCalls(pool) ? nothing : html`<span class="memory">
          <span>${bytes(pool.memory)}${pool.memoryLimit ? ` of ${bytes(pool.memoryLimit)}` : ''}</span>
          ${pool.memoryLimit ? html`<progress max=${pool.memoryLimit} .value=${Math.min(pool.memory, pool.memoryLimit)} aria-label="Memory of workers"></progress>` : nothing}
        </span>`}
        ${sparkline(rates.slice(-SPARK.intervals))}
      </a>
    </li>`;
}

function sparkline(rates) {
  const most = Math.max(...rates, 1 / LENGTH);
  const step = SPARK.width / (SPARK.intervals - 1);
  const first = SPARK.intervals - rates.length;
  const points = rates
    .map((value, index) => `${((first + index) * step).toFixed(1)},${(SPARK.height - 1 - value / most * (SPARK.height - 3)).toFixed(1)}`)
    .join(' ');
  return svg`<svg class="spark" viewBox="0 0 ${SPARK.width} ${SPARK.height}" preserveAspectRatio="none" role="img"
      aria-label="Tasks a second in the last ten minutes, at most ${rate(most)}"><polyline points=${points}></polyline></svg>`;
}

export function cards(state, history, open) {
  return html`
    <nav aria-label="Pools">
      <ul class="cards">${repeat(state.pools, pool => pool.name, pool => card(pool, history.of(pool.name), pool.name === open))}</ul>
    </nav>`;
}
