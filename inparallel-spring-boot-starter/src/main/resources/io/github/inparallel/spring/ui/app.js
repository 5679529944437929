// The page: asks for the state, keeps the history, and draws what the address says.

import { html, render, nothing } from './lit-html/lit-html.js';
import * as actions from './actions.js';
import { Connection } from './connection.js';
import { History } from './history.js';
import { members } from './members.js';
import { cards, header, problems } from './overview.js';
import { PoolView } from './pool.js';
import { route } from './route.js';

const root = document.getElementById('app');
const history = new History();
const view = new PoolView(() => draw());
let state = null;
let status = { kind: 'connecting' };

function openPool(open) {
  return state.pools.find(pool => pool.name === open.pool) ?? (open.pool === null ? state.pools[0] : undefined);
}

/** A row that is moved loses the focus, and with one that ends its button is gone. */
function keepFocus(focused) {
  if (focused && focused !== document.activeElement) {
    (focused.isConnected ? focused : root.querySelector('.tabs [aria-current=page]'))?.focus({ preventScroll: true });
  }
}

function draw() {
  const open = route();
  const pool = state === null ? undefined : openPool(open);
  const stale = status.kind !== 'live';
  document.title = `${status.kind === 'live' || status.kind === 'late' || state === null ? '' : '(gone) '}${state === null ? '' : `${state.application}: `}inparallel`;
  const focused = document.activeElement;
  render(html`
    ${header(state, status)}
    <main class=${stale ? 'stale' : ''}>
      ${state === null ? nothing : html`
        ${stale ? nothing : problems(state)}
        ${cards(state, history, pool?.name)}
        ${members(state.cluster)}
        ${pool ? view.render(pool, history.of(pool.name), open, state.at)
          : open.pool === null ? nothing : html`<p class="none">There is no pool '${open.pool}' now.</p>`}`}
    </main>`, root);
  keepFocus(focused);
  if (pool) {
    view.after(root, pool, history.of(pool.name), state.at);
  } else {
    view.close();
  }
}

const connection = new Connection(
  (answer, whole) => {
    state = answer.csrf || !state?.csrf ? answer : { ...answer, csrf: state.csrf };
    if (!history.add(answer, whole)) {
      connection.startAgain();
    }
    actions.use(state, refused => {
      if (refused) {
        connection.startAgain();
      }
      connection.soon();
    });
  },
  said => {
    status = said;
    draw();
  },
);

addEventListener('hashchange', draw);
draw();
