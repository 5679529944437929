package io.github.inparallel.benchmarks;

import java.io.Serializable;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** The same bodies as {@link TasksInWorker}, as the peers written in Java want them. */
final class RemoteCalls {

    private RemoteCalls() {}

    record Echo(String text) implements Callable<String>, Serializable {
        @Override
        public String call() {
            return text;
        }
    }

    record EchoBytes(byte[] bytes) implements Callable<byte[]>, Serializable {
        @Override
        public byte[] call() {
            return bytes;
        }
    }

    record Bytes(int size) implements Callable<byte[]>, Serializable {
        @Override
        public byte[] call() {
            return new byte[size];
        }
    }

    record Hang() implements Callable<String>, Serializable {
        @Override
        public String call() throws InterruptedException {
            new CountDownLatch(1).await();
            return "";
        }
    }

    record Steps(int millions) implements Callable<Long>, Serializable {
        @Override
        public Long call() {
            return Work.steps(millions);
        }
    }
}
