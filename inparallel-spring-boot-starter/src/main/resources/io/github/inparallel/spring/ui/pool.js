// One pool: its charts, its time line, and tables behind tabs.

import { html, nothing } from './lit-html/lit-html.js';
import { count, plural, OUTCOMES, OUTCOME_NAMES, OUTCOME_SIGNS, time } from './format.js';
import { Charts } from './charts.js';
import { Timeline } from './timeline.js';
import { Details } from './details.js';
import { livingWorkers, onlyCalls } from './overview.js';
import { address } from './route.js';
import * as actions from './actions.js';
import * as tables from './tables.js';

const RANGES = [
  { seconds: 300, title: '5 min' },
  { seconds: 900, title: '15 min' },
  { seconds: 3600, title: 'hour' },
];

const TAB_TITLES = { tasks: 'Tasks', workers: 'Workers', methods: 'Methods', failures: 'Failed tasks', deaths: 'Ended workers' };

export class PoolView {
  constructor(changed) {
    this.changed = changed;
    this.details = new Details(changed);
    this.seconds = 900;
    this.range = null;
    this.charts = null;
    this.timeline = null;
    this.drawn = null;
  }

  /** Draws what lit-html does not: the elements are there now. */
  after(root, pool, history, now) {
    const host = root.querySelector('#charts');
    if (host === null) {
      this.close();
      return;
    }
    if (this.charts?.host !== host) {
      this.close();
      this.charts = new Charts(host, this.seconds, range => {
        this.range = range;
        this.changed();
      });
      this.charts.range = this.range;
      this.timeline = new Timeline(root.querySelector('#timeline'));
    }
    const drawn = `${pool.name} ${now}`; // once for each answer
    if (this.drawn !== drawn) {
      this.drawn = drawn;
      this.charts.update(history, now);
      this.timeline.update(pool, history, now);
    }
  }

  close() {
    this.charts?.destroy();
    this.timeline?.destroy();
    this.charts = null;
    this.timeline = null;
    this.drawn = null;
  }

  last(seconds) {
    this.seconds = seconds;
    this.range = null;
    this.charts?.last(seconds);
    this.changed();
  }

  render(pool, history, route, now) {
    const numbers = {
      tasks: pool.inFlight,
      workers: livingWorkers(pool),
      methods: history.methods.length,
      failures: history.failures.length,
      deaths: history.deaths.length,
    };
    return html`
      <section class="pool" aria-labelledby="pool-title">
        <div class="title">
          <h2 id="pool-title">Pool ${pool.name} <span class="status ${pool.status}">${pool.status}</span></h2>
          <p class="soft">${onlyCalls(pool) ? 'No workers here: other members run its tasks;'
            : `${pool.minWorkers} to ${plural(pool.maxWorkers, 'worker', 'workers')}, ${plural(pool.concurrency, 'task', 'tasks')} each;`}
            ${count(pool.queueCapacity)} may wait</p>
          ${actions.mayWrite() && pool.status !== 'closed' ? html`
            <p class="buttons" role="group" aria-label="Actions on the pool">
              ${pool.drainingSince !== undefined
                ? html`<button @click=${() => actions.resume(pool)}>Resume</button>`
                : html`<button @click=${() => actions.drain(pool)}>Drain</button>`}
              <button @click=${() => actions.recycle(pool)}>Recycle</button>
              <button @click=${() => actions.resize(pool)}>Resize</button>
            </p>` : nothing}
        </div>
        <div class="ranges" role="group" aria-label="Time that the charts show">
          ${RANGES.map(range => html`<button aria-pressed=${this.range === null && this.seconds === range.seconds ? 'true' : 'false'}
            @click=${() => this.last(range.seconds)}>Last ${range.title}</button>`)}
          ${this.range === null ? html`<span class="soft wide">Drag over a chart to choose a time.</span>`
            : html`<span class="soft">${time(this.range[0] * 1000)} to ${time(this.range[1] * 1000)}</span>`}
        </div>
        <div id="charts" class="charts"></div>
        <h3>Slots in the last two minutes</h3>
        <ul class="legend" aria-label="Legend of the time line">
          <li><span class="swatch running"></span>running</li>
          ${OUTCOMES.filter(outcome => outcome !== 'refused').map(outcome => html`<li><span class="swatch ${outcome}">${OUTCOME_SIGNS[outcome]}</span>${OUTCOME_NAMES[outcome]}</li>`)}
          <li><span class="mark">×</span>worker died</li><li><span class="mark start">▸</span>worker ready</li>
        </ul>
        <div id="timeline" class="timeline"></div>
        <nav class="tabs" aria-label="Lists">
          ${Object.entries(TAB_TITLES).map(([tab, title]) => html`
            <a href=${address(pool.name, tab)} aria-current=${route.tab === tab ? 'page' : 'false'}>${title} <span class="number">${count(numbers[tab])}</span></a>`)}
        </nav>
        <div class="list">${this.list(pool, history, route, now)}</div>
      </section>`;
  }

  list(pool, history, route, now) {
    switch (route.tab) {
      case 'workers':
        return tables.workers(pool, route.pid, route.pid === null ? nothing : this.details.render(pool, route.pid));
      case 'methods':
        return tables.methods(history, now, this.changed);
      case 'failures':
        return tables.failures(history);
      case 'deaths':
        return tables.deaths(history);
      default:
        return tables.tasks(pool);
    }
  }
}
