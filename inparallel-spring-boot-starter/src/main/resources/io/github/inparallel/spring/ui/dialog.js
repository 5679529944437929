// Asks once before anything is lost, and says what became of it.

import { html, render, nothing } from './lit-html/lit-html.js';

let host;

function element() {
  if (!host) {
    host = document.createElement('dialog');
    host.setAttribute('aria-labelledby', 'dialog-title');
    document.body.append(host);
  }
  return host;
}

/**
 * Asks whether to go on, and does it.
 *
 * title    what is going to be done, as a question
 * loses    what it ends or loses, in a sentence
 * confirm  the word on the button
 * fields   numbers to be filled in: [{name, label, value, min}]
 * action   what is done; its promise says whether it worked
 */
export function ask({ title, loses, confirm, fields = [], action, danger = true }) {
  const dialog = element();
  let failure = null;
  let busy = false;

  const go = async event => {
    event.preventDefault();
    const values = Object.fromEntries(fields.map(field => [field.name, Number(dialog.querySelector(`#field-${field.name}`).value)]));
    busy = true;
    failure = null;
    draw();
    try {
      await action(values);
      dialog.close();
    } catch (e) {
      failure = e.message;
    }
    busy = false;
    draw();
  };

  const draw = () => render(html`
    <form @submit=${go}>
      <h2 id="dialog-title">${title}</h2>
      <p>${loses}</p>
      ${fields.map(field => html`
        <label class="field" for=${`field-${field.name}`}>${field.label}
          <input id=${`field-${field.name}`} type="number" inputmode="numeric" required .min=${field.min} max="10000" .value=${field.value}>
        </label>`)}
      ${failure === null ? nothing : html`<p class="failure" role="alert">This was not done: ${failure}.</p>`}
      <div class="buttons">
        <button type="button" class="plain" @click=${() => dialog.close()}>Leave it</button>
        <button type="submit" class=${danger ? 'danger' : 'primary'} ?disabled=${busy}>${confirm}</button>
      </div>
    </form>`, dialog);

  draw();
  dialog.showModal();
  (dialog.querySelector('input') ?? dialog.querySelector('.plain')).focus();
}
