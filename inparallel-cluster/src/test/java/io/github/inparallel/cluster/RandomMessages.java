package io.github.inparallel.cluster;

import io.github.inparallel.TaskProgress;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.cluster.Message.FreeWord;
import io.github.inparallel.cluster.Message.News;
import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.FreeSlots;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Messages of every kind, as a seed says. */
final class RandomMessages {

    private static final int KINDS = 13;

    private final Random random;
    private final int mostBytes; // of an array

    RandomMessages(Random random, int mostBytes) {
        this.random = random;
        this.mostBytes = mostBytes;
    }

    Message next() {
        TaskKey key =
                new TaskKey(random.nextInt(100), random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(1000));
        return switch (random.nextInt(KINDS)) {
            case 0 ->
                new Message.Greeting(
                        Message.PROTOCOL,
                        text(),
                        text(),
                        list(() -> new Message.Methods(text(), text(), list(this::text), random.nextBoolean())));
            case 1 -> new Message.Free(number(), random.nextBoolean(), map(this::slots));
            case 2 ->
                new Message.Call(
                        key,
                        new EncodedCall(
                                text(),
                                text(),
                                bytes(),
                                number(),
                                number(),
                                map(this::text),
                                bytes(),
                                maybe(this::bytes)));
            case 3 -> new Message.CallOffer(key, number());
            case 4 -> new Message.CallChunk(key, random.nextInt(Integer.MAX_VALUE), ByteBuffer.wrap(bytes()));
            case 5 -> new Message.EndAck(key, random.nextInt(Integer.MAX_VALUE));
            case 6 -> new Message.Cancel(key);
            case 7 -> new Message.CallAck(key, random.nextInt(Integer.MAX_VALUE));
            case 8 -> new Message.Report(key, news());
            case 9 -> new Message.EndOffer(key, word(), number());
            case 10 -> new Message.EndChunk(key, random.nextInt(Integer.MAX_VALUE), ByteBuffer.wrap(bytes()));
            case 11 -> new Message.NoMore();
            default -> new Message.Ended(key, word(), random.nextBoolean() ? News.NONE : news(), outcome());
        };
    }

    private EncodedOutcome outcome() {
        return switch (random.nextInt(7)) {
            case 0 -> new EncodedOutcome.Succeeded(bytes(), maybe(this::bytes));
            case 1 -> new EncodedOutcome.Failed(bytes(), maybe(this::text));
            case 2 ->
                new EncodedOutcome.TimedOut(
                        Duration.ofSeconds(random.nextInt(), random.nextInt(1_000_000_000)),
                        TaskTimeoutException.Limit.values()[random.nextInt(3)],
                        text(),
                        text(),
                        random.nextInt(),
                        list(() -> new StackTraceElement(
                                maybe(this::text),
                                maybe(this::text),
                                maybe(this::text),
                                text(),
                                text(),
                                maybe(this::text),
                                random.nextInt())));
            case 3 -> new EncodedOutcome.Cancelled(text());
            case 4 ->
                new EncodedOutcome.WorkerLost(
                        text(),
                        text(),
                        random.nextLong(),
                        new WorkerExit(
                                random.nextInt(),
                                Optional.ofNullable(maybe(this::text)),
                                WorkerExit.Cause.values()[random.nextInt(WorkerExit.Cause.values().length)]),
                        list(this::text),
                        Optional.ofNullable(maybe(this::text)),
                        Optional.ofNullable(maybe(this::text)));
            case 5 ->
                new EncodedOutcome.Refused(
                        TaskRefusedException.Reason.values()[
                                random.nextInt(TaskRefusedException.Reason.values().length)],
                        text());
            default -> new EncodedOutcome.NoSlot();
        };
    }

    private News news() {
        return new News(
                random.nextInt(1000),
                maybe(this::text),
                random.nextInt(),
                maybe(() -> new TaskProgress(
                        random.nextDouble(),
                        text(),
                        Instant.ofEpochMilli(random.nextInt()).plusNanos(random.nextInt(999)))));
    }

    private FreeWord word() {
        return new FreeWord(number(), slots());
    }

    private FreeSlots slots() {
        return new FreeSlots(random.nextInt(300), random.nextInt(3), random.nextInt(300));
    }

    private long number() {
        return random.nextLong() >>> 1 + random.nextInt(62);
    }

    private String text() {
        String[] pieces = {"a", "method(String)", "ö", "漢字", "\ud83d\ude00", " ", "\u0000", "\ufffd"};
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.toString();
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(mostBytes + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    private <T> List<T> list(Supplier<T> item) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(item.get());
        }
        return list;
    }

    private <T> Map<String, T> map(Supplier<T> value) {
        Map<String, T> map = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            map.put(text(), value.get());
        }
        return map;
    }

    private <T> @Nullable T maybe(Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }
}
