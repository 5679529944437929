// Asks for the state once a second while the page can be seen, and knows how fresh it is.

const EACH = 1000;
const AFTER_FAILURE = 2000;
const PATIENCE = 5000;
const LATE = 3000; // figures are not fresh any more

/** Where the page's files are; everything else is relative to it. */
export const BASE = new URL('.', import.meta.url);

/** Why there was no state: `kind` is login, refused or gone. */
export class Refusal extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

/** Asks, and tells a login page, a refusal and a broken answer apart. */
export async function request(path, options = {}) {
  let response;
  try {
    response = await fetch(new URL(path, BASE), {
      cache: 'no-store',
      credentials: 'same-origin',
      signal: AbortSignal.timeout(options.patience ?? PATIENCE),
      ...options,
      // Asked so, an application that secures its actuator answers 401 instead of with a login page or a prompt.
      headers: { Accept: 'application/json', 'X-Requested-With': 'XMLHttpRequest', ...options.headers },
    });
  } catch (e) {
    throw new Refusal('gone', e.name === 'TimeoutError' ? 'it does not answer' : 'it cannot be reached');
  }
  const json = (response.headers.get('Content-Type') ?? '').includes('json');
  if (response.status === 401 || (response.redirected && !json)) {
    throw new Refusal('login', 'your login has expired');
  }
  let whole = true;
  const body = json ? await response.json().catch(() => {
    whole = false;
    return null;
  }) : null;
  if (response.ok && !whole) {
    throw new Refusal('gone', 'its answer has no end');
  }
  if (response.ok && (json || response.status === 204)) {
    const csrf = response.headers.get('Inparallel-Csrf')?.split(' '); // with WebFlux; with servlets the state has it
    return csrf ? { ...body, csrf: { header: csrf[0], token: csrf[1] } } : body;
  }
  if (response.ok) {
    throw new Refusal('login', 'something else answered, perhaps a login page');
  }
  const said = body?.error && body.error !== 'Forbidden' ? body.error : body?.message;
  if (response.status === 403) {
    throw new Refusal('refused', said ?? 'you may not do this (403)');
  }
  throw new Refusal(response.status >= 500 && !said ? 'gone' : 'refused', said ?? `it answered ${response.status}`);
}

/** Tells `onState` each state, and `onStatus` whenever it is unknown how things are. */
export class Connection {
  constructor(onState, onStatus) {
    this.onState = onState;
    this.onStatus = onStatus;
    this.cursor = null;
    this.round = 0;
    this.live = false;
    this.lastAt = null; // when the last answer came, by this browser's clock
    this.timer = null;
    this.asking = false;
    document.addEventListener('visibilitychange', () => this.visibilityChanged());
    this.schedule(0);
  }

  visibilityChanged() {
    if (document.hidden) {
      clearTimeout(this.timer);
      this.timer = null;
    } else {
      this.late();
      if (!this.asking) {
        this.schedule(0);
      }
    }
  }

  /** Says so if the figures are old though nothing has failed: an answer is slow, or nobody looked. */
  late() {
    if (this.live && Date.now() - this.lastAt >= LATE) {
      this.say({ kind: 'late', since: this.lastAt });
    }
  }

  /** Whatever goes wrong with drawing has nothing to do with the application. */
  say(status) {
    this.live = status.kind === 'live';
    try {
      this.onStatus(status);
    } catch (e) {
      console.error(e);
    }
  }

  schedule(millis) {
    clearTimeout(this.timer);
    this.timer = document.hidden ? null : setTimeout(() => this.ask(), millis);
  }

  /** Has the next answer hold everything, as a page that is opened anew. */
  startAgain() {
    this.cursor = null;
    this.round++;
  }

  soon() {
    if (!this.asking) {
      this.schedule(0);
    }
  }

  async ask() {
    this.asking = true;
    const late = setTimeout(() => this.late(), LATE);
    this.late();
    let pause = EACH;
    try {
      const since = this.cursor;
      const round = this.round;
      const state = await request(since === null ? 'state' : `state?since=${encodeURIComponent(since)}`);
      if (state?.version !== 1) {
        throw new Refusal('refused', 'it speaks of another version: reload this page');
      }
      const whole = since === null || since.split('.')[0] !== state.cursor.split('.')[0];
      this.cursor = round === this.round ? state.cursor : null;
      this.lastAt = Date.now();
      this.onState(state, whole);
      this.say({ kind: 'live' });
    } catch (e) {
      pause = AFTER_FAILURE;
      if (!(e instanceof Refusal)) {
        console.error(e);
      }
      if (e.kind !== 'gone') {
        this.startAgain(); // who is let in again may be somebody else, with another token
      }
      this.say({ kind: e.kind ?? 'gone', message: e.message, since: this.lastAt });
    } finally {
      clearTimeout(late);
      this.asking = false;
      this.schedule(pause);
    }
  }
}
