// Numbers, times and sizes as people read them.

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export const OUTCOMES = ['success', 'error', 'timeout', 'cancelled', 'worker-lost', 'refused'];

export const OUTCOME_NAMES = {
  success: 'succeeded',
  error: 'failed',
  timeout: 'timed out',
  cancelled: 'cancelled',
  'worker-lost': 'lost with their worker',
  refused: 'refused',
};

/** One letter for each outcome, so that colour is never the only sign. */
export const OUTCOME_SIGNS = {
  success: '✓', error: '!', timeout: 'T', cancelled: '–', 'worker-lost': '×', refused: 'R',
};

export function bytes(value) {
  if (value === undefined || value === null) {
    return '–';
  }
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** A length of time, from microseconds to days, with two digits or two units. */
export function duration(millis) {
  if (millis === undefined || millis === null) {
    return '–';
  }
  if (millis < 1) {
    return millis <= 0 ? '0 ms' : `${Math.max(1, Math.round(millis * 1000))} µs`;
  }
  if (millis < 1000) {
    return `${millis < 10 ? millis.toFixed(1) : Math.round(millis)} ms`;
  }
  const seconds = millis / 1000;
  if (seconds < 60) {
    return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  }
  const whole = Math.floor(seconds);
  if (whole < 3600) {
    return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  }
  if (whole < 86400) {
    return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  }
  return `${Math.floor(whole / 86400)} d ${Math.floor((whole % 86400) / 3600)} h`;
}

export function count(value) {
  return value.toLocaleString('en');
}

export function rate(value) {
  return value === 0 ? '0' : value < 10 ? value.toFixed(1) : count(Math.round(value));
}

/** As in "1 task" and "12 tasks". */
export function plural(value, one, many) {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function time(millis) {
  return new Date(millis).toLocaleTimeString('en-GB');
}

export function dateTime(millis) {
  const then = new Date(millis);
  const today = new Date().toDateString() === then.toDateString();
  return today ? time(millis) : `${then.toLocaleDateString('en-CA')} ${time(millis)}`;
}

/** How long ago, by the application's clock. */
export function ago(millis, now) {
  return `${duration(Math.max(0, now - millis))} ago`;
}
