// Asks once before anything is lost, and says what became of it.

import { html, render, nothing } from './lit-html/lit-html.js';

let host;
let redraw = null; // of the question that is asked now

function element() {
  if (!host) {
    host = document.createElement('dialog');
    host.setAttribute('aria-labelledby', 'dialog-title');
    host.addEventListener('close', () => {
      if (!host.open) {
        redraw = null;
      }
      if (document.activeElement === document.body) { // what had the focus is gone
        document.querySelector('.tabs [aria-current=page]')?.focus();
      }
    });
    document.body.append(host);
  }
  return host;
}

/** Tells who is asked how things are by now. */
export function refresh() {
  redraw?.();
}

/**
 * Asks whether to go on, and does it.
 *
 * title    what is going to be done, as a question
 * loses    says what it ends or loses, in a sentence, whenever it is asked; null if there is nothing to be done any more
 * confirm  the word on the button
 * fields   numbers to be filled in: [{name, label, value, min}]
 * action   what is done; its promise says whether it worked
 */
export function ask({ title, loses, confirm, fields = [], action, danger = true }) {
  const dialog = element();
  let failure = null;
  let busy = false;
  let open = true;

  const go = async event => {
    event.preventDefault();
    const values = Object.fromEntries(fields.map(field => [field.name, Number(dialog.querySelector(`#field-${field.name}`).value)]));
    busy = true;
    failure = null;
    draw();
    try {
      await action(values);
      if (redraw === draw) { // else somebody has left it, and it may ask something else by now
        dialog.close();
      }
    } catch (e) {
      failure = `${e.kind === 'gone' ? 'Nobody knows whether this was done' : 'This was not done'}: ${e.message}.`;
    }
    busy = false;
    if (redraw === draw) {
      draw();
    }
  };

  const draw = () => {
    const words = loses();
    open = words !== null;
    show(words ?? 'It has ended meanwhile: there is nothing to be done.');
  };

  const show = words => render(html`
    <form @submit=${go}>
      <h2 id="dialog-title">${title}</h2>
      <p>${words}</p>
      ${fields.map(field => html`
        <label class="field" for=${`field-${field.name}`}>${field.label}
          <input id=${`field-${field.name}`} type="number" inputmode="numeric" required .min=${field.min} max="10000" .value=${field.value}>
        </label>`)}
      ${failure === null ? nothing : html`<p class="failure" role="alert">${failure}</p>`}
      <div class="buttons">
        <button type="button" class="plain" @click=${() => dialog.close()}>Leave it</button>
        <button type="submit" class=${danger ? 'danger' : 'primary'} ?disabled=${busy || !open}>${confirm}</button>
      </div>
    </form>`, dialog);

  render(nothing, dialog); // no field keeps what was typed before
  redraw = draw;
  draw();
  dialog.showModal();
  (dialog.querySelector('input') ?? dialog.querySelector('.plain')).focus();
}
