// The other members of the cluster: how they stand, what they lend, and what crosses.

import { html, nothing } from './lit-html/lit-html.js';
import { repeat } from './lit-html/directives/repeat.js';
import { count, plural } from './format.js';

/** What the states of a member mean, for people. */
const MEANINGS = {
  joining: 'It is there, and has not said yet what it is.',
  compatible: 'It and this member run each other’s tasks.',
  incompatible: 'It and this member do not run each other’s tasks.',
  leaving: 'It takes no more tasks, finishes what it runs, and leaves.',
};

/** The section of members; nothing where the application is in no cluster. */
export function members(cluster) {
  if (!cluster) {
    return nothing;
  }
  return html`
    <section class="members" aria-labelledby="members-title">
      <div class="title">
        <h2 id="members-title">${cluster.members.length === 0 ? 'No other members' : plural(cluster.members.length + cluster.more, 'other member', 'other members')}</h2>
        <p class="soft">${cluster.address ? html`this one is <code>${cluster.address}</code>` : 'this one has left the cluster'}</p>
      </div>
      ${cluster.members.length === 0 ? html`<p class="none">${cluster.address ? 'All tasks run here until another member comes.' : 'All tasks run here.'}</p>` : html`
        <div class="scroll" tabindex="0" role="region" aria-label="Members of the cluster"><table>
          <thead><tr><th>Member</th><th>State</th><th>Free slots</th><th>Our tasks there</th><th>Its tasks here</th></tr></thead>
          <tbody>${repeat(cluster.members, member => member.address, row)}</tbody>
        </table></div>
        ${cluster.more > 0 ? html`<p class="soft">… and ${plural(cluster.more, 'more', 'more')}</p>` : nothing}`}
    </section>`;
}

function row(member) {
  return html`
    <tr>
      <th scope="row"><code>${member.address}</code></th>
      <td><span class="state ${member.state}" title=${MEANINGS[member.state] ?? ''}>${member.state}</span>${
        member.difference ? html`<span class="why">${member.difference}</span>` : nothing}</td>
      <td>${byPool(member.freeSlots)}</td>
      <td>${byPool(member.sent)}</td>
      <td>${byPool(member.received)}</td>
    </tr>`;
}

/** As in "3 ocr, 1 default"; a dash where there is nothing. */
function byPool(numbers) {
  const pools = Object.entries(numbers).filter(([, number]) => number > 0);
  return pools.length === 0 ? html`<span class="soft">–</span>`
    : pools.map(([pool, number], index) => html`${index > 0 ? ', ' : ''}<span class="nowrap"><b>${count(number)}</b> ${pool}</span>`);
}
