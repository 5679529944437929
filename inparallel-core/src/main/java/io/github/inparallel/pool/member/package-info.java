/**
 * How a pool shares its slots with pools of the same name on other members of a cluster. A {@code SentTask} is a task of
 * this pool that another member runs; a {@code ReceivedTask} is one that this pool runs for another member. Calls and
 * outcomes cross as bytes that no member reads but the caller. The package has the words that both sides share, and the two
 * doors, {@code RemoteSlots} and {@code LentSlots}; who is asked, and how bytes get there, is for the caller of them to know.
 * It is for the module {@code inparallel-cluster}, and no API for applications.
 */
@NullMarked
package io.github.inparallel.pool.member;

import org.jspecify.annotations.NullMarked;
