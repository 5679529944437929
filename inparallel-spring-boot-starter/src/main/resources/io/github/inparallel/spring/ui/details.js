// One worker from inside: what it created, its threads, its heap, what it printed.

import { html, nothing } from './lit-html/lit-html.js';
import { bytes, count } from './format.js';
import { mayRead, read } from './actions.js';

const VIEWS = [
  { title: 'Threads', path: [], show: answer => html`<pre tabindex="0">${answer.threads}</pre>` },
  { title: 'Largest classes', path: ['histogram'], show: classes },
  { title: 'Last output', path: ['output'], show: answer => html`
    ${lines('Standard error', answer.stderr)}${lines('Standard output', answer.stdout)}` },
  { title: 'Created and held back', pool: true, path: [], show: made },
];

function lines(title, printed) {
  return html`<h4>${title}</h4>${printed.length === 0 ? html`<p class="none">Nothing.</p>` : html`<pre tabindex="0">${printed.join('\n')}</pre>`}`;
}

function classes(answer) {
  if (answer.error) {
    return html`<p class="failure">${answer.error}</p>`;
  }
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Largest classes"><table>
    <thead><tr><th>Class</th><th class="number">Instances</th><th class="number">Size</th></tr></thead>
    <tbody>${answer.classes.map(row => html`<tr><th scope="row"><code>${row.className}</code></th>
      <td class="number">${count(row.instances)}</td><td class="number">${bytes(row.bytes)}</td></tr>`)}</tbody>
  </table></div>`;
}

function made(pool, pid) {
  const own = pool.workers.find(worker => worker.pid === pid) ?? {};
  const list = names => (names.length === 0 ? html`<p class="none">Nothing.</p>` : html`<p>${names.join(', ')}</p>`);
  const warnings = own.warnings ?? pool.warnings;
  return html`
    <h4>Created</h4>${list(own.created ?? pool.created)}
    <h4>Held back</h4>${list(own.heldBack ?? pool.heldBack)}
    ${warnings.length === 0 ? nothing : html`<h4>Warnings</h4>${list(warnings)}`}`;
}

/** What is asked for only when somebody looks. */
export class Details {
  constructor(changed) {
    this.changed = changed;
    this.of = null;
    this.clear();
  }

  clear() {
    this.view = null;
    this.answer = null;
    this.failure = null;
    this.busy = false;
  }

  async open(pool, pid, view) {
    const asked = {};
    this.asked = asked;
    this.view = view;
    this.answer = null;
    this.failure = null;
    this.busy = true;
    this.changed();
    try {
      const answer = await (view.pool ? read(pool.name) : read(pool.name, String(pid), ...view.path));
      if (this.asked === asked) {
        this.answer = answer;
      }
    } catch (e) {
      if (this.asked === asked) {
        this.failure = e.message;
      }
    }
    if (this.asked === asked) {
      this.busy = false;
      this.changed();
    }
  }

  render(pool, pid) {
    const key = `${pool.name}/${pid}`;
    if (this.of !== key) {
      this.of = key;
      this.asked = null;
      this.clear();
    }
    const worker = pool.workers.find(each => each.pid === pid);
    return html`
      <section class="details" aria-label=${`Worker with pid ${pid}`}>
        <h3>${worker ? `Worker ${worker.name}` : `No worker with pid ${pid} lives any more`}</h3>
        ${!worker || !mayRead() ? nothing : html`
          <p class="buttons">${VIEWS.map(view => html`
            <button aria-pressed=${this.view === view ? 'true' : 'false'} @click=${() => this.open(pool, pid, view)}>${view.title}</button>`)}</p>`}
        <div aria-live="polite">
          ${this.busy ? html`<p class="soft">Asking the worker…</p>` : nothing}
          ${this.failure === null ? nothing : html`<p class="failure">${this.failure}</p>`}
          ${this.answer === null ? nothing : this.view.show(this.answer, pid)}
        </div>
      </section>`;
  }
}
