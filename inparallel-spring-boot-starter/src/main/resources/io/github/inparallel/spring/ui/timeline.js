// Which slot did what in the last minutes: a row for each slot, a bar for each task.

import { duration, plural, time, OUTCOME_NAMES, OUTCOME_SIGNS } from './format.js';

const ROW = 18;
const MOST_ROWS = 64;
const AXIS = 20;
const LABEL = 34;

function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Draws into a canvas below an element that nobody else draws into. */
export class Timeline {
  constructor(host) {
    this.host = host;
    this.length = 120000;
    this.bars = [];
    this.canvas = document.createElement('canvas');
    this.canvas.setAttribute('role', 'img');
    this.tip = document.createElement('p');
    this.tip.className = 'tip';
    this.tip.hidden = true;
    this.more = document.createElement('p');
    this.more.className = 'more';
    this.more.hidden = true;
    host.replaceChildren(this.canvas, this.tip, this.more);
    this.canvas.addEventListener('pointermove', event => this.point(event));
    this.canvas.addEventListener('pointerleave', () => { this.tip.hidden = true; });
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(host);
    this.theme = matchMedia('(prefers-color-scheme: dark)');
    this.redraw = () => this.draw();
    this.theme.addEventListener('change', this.redraw);
  }

  update(pool, history, now) {
    this.pool = pool;
    this.history = history;
    this.now = now;
    this.draw();
  }

  /** All tasks that are to be seen: those that have ended, and those that run. */
  spans() {
    const from = this.now - this.length;
    const ended = this.history.spans.filter(span => span.start + span.elapsed >= from);
    const running = this.pool.workers.flatMap(worker => worker.tasks.map(task => ({
      start: this.now - task.elapsed,
      elapsed: task.elapsed,
      lane: task.lane,
      outcome: 'running',
      method: task.method,
      worker: worker.name,
    })));
    return [...ended, ...running];
  }

  draw() {
    if (!this.history || this.host.clientWidth === 0) {
      return;
    }
    const spans = this.spans();
    const from = this.now - this.length;
    const deaths = this.history.deaths.filter(death => !death.expected && death.at >= from);
    const starts = this.history.starts.filter(start => start.at >= from);
    const places = Math.max(1, ...this.pool.workers.map(worker => worker.place + 1)) * this.pool.concurrency;
    const slots = Math.max(places, ...spans.map(span => span.lane + 1));
    const rows = Math.min(MOST_ROWS, slots);
    this.more.hidden = slots <= rows;
    this.more.textContent = `${plural(slots - rows, 'slot', 'slots')} more, not drawn`;
    const width = this.host.clientWidth;
    const height = rows * ROW + AXIS;
    const scale = devicePixelRatio;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    const ctx = this.canvas.getContext('2d');
    ctx.scale(scale, scale);
    ctx.font = '11px system-ui';
    const x = at => LABEL + (at - from) / this.length * (width - LABEL);
    this.drawGrid(ctx, rows, width, height, from, x);
    this.bars = [];
    for (const span of spans) {
      if (span.lane < rows && span.lane >= 0) {
        this.bar(ctx, span, Math.max(LABEL, x(span.start)), x(span.start + span.elapsed));
      }
    }
    for (const start of starts.filter(each => each.place * this.pool.concurrency < rows)) {
      this.mark(ctx, start.place * this.pool.concurrency, x(start.at), '▸', css('--soft'), `${start.worker} (pid ${start.pid}) became ready, ${time(start.at)}`);
    }
    for (const death of deaths.filter(each => each.place * this.pool.concurrency < rows)) {
      this.mark(ctx, death.place * this.pool.concurrency, x(death.at), '×', css('--worker-lost'), `${death.worker} died, ${death.cause}, ${time(death.at)}`);
    }
    this.canvas.setAttribute('aria-label', this.summary(spans, deaths, rows));
  }

  drawGrid(ctx, rows, width, height, from, x) {
    ctx.strokeStyle = css('--line');
    ctx.fillStyle = css('--soft');
    ctx.textBaseline = 'middle';
    for (let row = 0; row < rows; row++) {
      const y = row * ROW;
      ctx.fillText(`${row + 1}`, 4, y + ROW / 2);
      ctx.beginPath();
      ctx.moveTo(LABEL, y + ROW - 0.5);
      ctx.lineTo(width, y + ROW - 0.5);
      ctx.stroke();
    }
    const step = this.length / (width < 600 ? 3 : 6);
    for (let at = Math.ceil(from / step) * step; at < this.now; at += step) {
      if (x(at) < width - 50) {
        ctx.fillText(time(at), x(at), height - AXIS / 2);
      }
    }
  }

  bar(ctx, span, left, right) {
    const y = span.lane * ROW + 3;
    const width = Math.max(1.5, right - left);
    const tall = ROW - 7;
    ctx.fillStyle = css(`--${span.outcome}`);
    if (span.outcome === 'running') {
      ctx.globalAlpha = 0.45;
    }
    ctx.fillRect(left, y, width, tall);
    ctx.globalAlpha = 1;
    if (span.outcome === 'running') {
      ctx.strokeStyle = css('--running');
      ctx.strokeRect(left + 0.5, y + 0.5, width - 1, tall - 1);
    } else if (span.outcome !== 'success' && width > 9) {
      ctx.fillStyle = css('--paper');
      ctx.fillText(OUTCOME_SIGNS[span.outcome], left + 2, y + tall / 2 + 0.5);
    }
    this.bars.push({ left, right: left + width, lane: span.lane,
      text: `${span.method} on ${span.worker}: ${span.outcome === 'running' ? 'running' : OUTCOME_NAMES[span.outcome]}, ${duration(span.elapsed)}, since ${time(span.start)}` });
  }

  mark(ctx, lane, left, sign, color, text) {
    ctx.fillStyle = color;
    ctx.font = 'bold 14px system-ui';
    ctx.fillText(sign, left - 4, lane * ROW + ROW / 2);
    ctx.font = '11px system-ui';
    this.bars.push({ left: left - 6, right: left + 6, lane, text });
  }

  /** What somebody hears who cannot see the picture. */
  summary(spans, deaths, rows) {
    const ends = spans.filter(span => span.outcome !== 'running').length;
    return `Time line of the last ${duration(this.length)}: ${plural(rows, 'slot', 'slots')}, ${plural(spans.length - ends, 'task runs', 'tasks run')}, `
      + `${plural(ends, 'task has ended', 'tasks have ended')}, ${plural(deaths.length, 'worker has died', 'workers have died')}`;
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    const left = event.clientX - box.left;
    const lane = Math.floor((event.clientY - box.top) / ROW);
    const found = this.bars.findLast(bar => bar.lane === lane && left >= bar.left - 2 && left <= bar.right + 2);
    this.tip.hidden = !found;
    if (found) {
      this.tip.textContent = found.text;
      this.tip.style.left = `${Math.min(left, Math.max(0, box.width - 260))}px`;
      this.tip.style.top = `${(lane + 1) * ROW + 4}px`;
    }
  }

  destroy() {
    this.observer.disconnect();
    this.theme.removeEventListener('change', this.redraw);
    this.host.replaceChildren();
  }
}
