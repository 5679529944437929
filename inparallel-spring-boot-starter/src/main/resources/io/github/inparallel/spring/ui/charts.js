// The last hour in four charts that show one range of time.

import { bytes, duration, rate, OUTCOMES, OUTCOME_NAMES, time } from './format.js';
import { LENGTH } from './history.js';

const HEIGHT = 140;

/** What each chart shows of a pool's history, in columns. */
const CHARTS = [
  {
    title: 'Tasks a second',
    series: OUTCOMES.map(outcome => ({ label: OUTCOME_NAMES[outcome], color: `--${outcome}`, of: history => history.column(outcome, 1000 / LENGTH) })),
    format: rate,
  },
  {
    title: 'Running and waiting',
    series: [
      { label: 'running', color: '--success', of: history => history.column('running') },
      { label: 'waiting', color: '--timeout', of: history => history.column('queued'), dash: [5, 3] },
    ],
    format: value => String(Math.round(value * 10) / 10),
  },
  {
    title: 'Running time',
    series: [
      { label: 'half below', color: '--success', of: history => history.runningTimes('p50') },
      { label: '99 % below', color: '--worker-lost', of: history => history.runningTimes('p99'), dash: [5, 3] },
    ],
    format: duration,
  },
  {
    title: 'Memory of workers',
    series: [{ label: 'resident', color: '--refused', of: history => history.column('memory'), fill: true }],
    format: bytes,
  },
];

function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Four charts below an element that nobody else draws into. */
export class Charts {
  constructor(host, length, onRange) {
    this.host = host;
    this.onRange = onRange;
    this.length = length; // of what is shown, if that ends now
    this.range = null; // that somebody has chosen, in seconds
    this.history = null;
    this.now = Date.now() / 1000;
    this.plots = [];
    this.build();
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(host);
    this.theme = matchMedia('(prefers-color-scheme: dark)');
    this.rebuild = () => this.build();
    this.theme.addEventListener('change', this.rebuild);
  }

  build() {
    this.plots.forEach(plot => plot.destroy());
    this.host.replaceChildren();
    this.plots = CHARTS.map(chart => this.plot(chart));
    this.draw();
  }

  plot(chart) {
    const figure = document.createElement('figure');
    figure.setAttribute('role', 'group');
    figure.setAttribute('aria-label', chart.title);
    const caption = document.createElement('figcaption');
    caption.textContent = chart.title;
    figure.append(caption);
    this.host.append(figure);
    const axis = { stroke: css('--soft'), grid: { stroke: css('--line'), width: 1 }, ticks: { show: false }, font: '11px system-ui' };
    const options = {
      width: this.width(figure),
      height: HEIGHT,
      cursor: { sync: { key: 'inparallel' }, drag: { x: true, y: false, setScale: false }, points: { size: 6 } },
      legend: { live: true },
      scales: { x: { time: true, range: () => this.shown() }, y: { range: (plot, least, most) => [0, most > 0 ? most * 1.1 : 1] } },
      axes: [
        { ...axis, values: (plot, values) => values.map(value => time(value * 1000).slice(0, 5)), space: 60, size: 26 },
        { ...axis, values: (plot, values) => values.map(chart.format), size: 62 },
      ],
      series: [
        { label: 'at', value: (plot, value) => (value === null ? '–' : time(value * 1000)) },
        ...chart.series.map(series => ({
          label: series.label,
          stroke: css(series.color),
          fill: series.fill ? `${css(series.color)}33` : undefined,
          dash: series.dash,
          width: 1.5,
          points: { show: false },
          spanGaps: true,
          value: (plot, value) => (value === null || value === undefined ? '–' : chart.format(value)),
        })),
      ],
      hooks: {
        setSelect: [plot => this.select(plot)],
        draw: [plot => this.drawDeaths(plot)],
      },
    };
    return new uPlot(options, [[], ...chart.series.map(() => [])], figure);
  }

  width(figure) {
    return Math.max(200, figure.clientWidth);
  }

  resize() {
    this.plots.forEach(plot => {
      const width = this.width(plot.root.parentElement);
      if (plot.width !== width) {
        plot.setSize({ width, height: HEIGHT });
      }
    });
  }

  shown() {
    return this.range ?? [this.now - this.length, this.now];
  }

  /** Shows so many seconds up to now. */
  last(length) {
    this.length = length;
    this.range = null;
    this.draw();
  }

  select(plot) {
    if (plot.select.width < 8) {
      return;
    }
    const from = plot.posToVal(plot.select.left, 'x');
    const to = plot.posToVal(plot.select.left + plot.select.width, 'x');
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    if (to - from >= 10) {
      this.range = [from, to];
      this.onRange(this.range);
      this.draw();
    }
  }

  /** Workers that died, as marks: a line with a cross at its top. */
  drawDeaths(plot) {
    if (this.history === null) {
      return;
    }
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = css('--worker-lost');
    ctx.fillStyle = css('--worker-lost');
    ctx.font = `${12 * devicePixelRatio}px system-ui`;
    ctx.textAlign = 'center';
    for (const death of this.history.deaths) {
      const x = plot.valToPos(death.at / 1000, 'x', true);
      if (!death.expected && x >= bbox.left && x <= bbox.left + bbox.width) {
        ctx.globalAlpha = 0.5;
        ctx.beginPath();
        ctx.moveTo(x, bbox.top + 12 * devicePixelRatio);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
        ctx.globalAlpha = 1;
        ctx.fillText('×', x, bbox.top + 10 * devicePixelRatio);
      }
    }
    ctx.restore();
  }

  /** Shows what is known now. */
  update(history, now) {
    this.history = history;
    this.now = now / 1000;
    this.draw();
  }

  draw() {
    if (this.history === null) {
      return;
    }
    const at = this.history.column('start', 1 / 1000);
    this.plots.forEach((plot, index) => plot.setData([at, ...CHARTS[index].series.map(series => series.of(this.history))]));
  }

  destroy() {
    this.observer.disconnect();
    this.theme.removeEventListener('change', this.rebuild);
    this.plots.forEach(plot => plot.destroy());
    this.host.replaceChildren();
  }
}
