package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.InParallel;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Locale;
import java.util.TimeZone;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

/** What one task leaves to the next of its worker. */
@Tag("process")
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LeftBehindTests {

    @InParallel
    public interface Careless {
        boolean logs();

        String describe();

        void changeAll();

        void closeAll() throws IOException;

        String context();

        void leaveContext();
    }

    public static final class CarelessWorker implements Careless {

        /** Whether a logging system has been started. */
        @Override
        public boolean logs() {
            return ClassLoader.getSystemClassLoader().getDefinedPackage("org.slf4j") != null;
        }

        @Override
        public String describe() {
            Thread self = Thread.currentThread();
            return System.out + " " + System.err + " " + System.in + " " + Locale.getDefault() + " "
                    + Locale.getDefault(Locale.Category.FORMAT) + " "
                    + TimeZone.getDefault().getID() + " " + self + " " + self.getContextClassLoader() + " "
                    + self.isInterrupted();
        }

        @Override
        public void changeAll() {
            System.setOut(new PrintStream(OutputStream.nullOutputStream()));
            System.setErr(new PrintStream(OutputStream.nullOutputStream()));
            System.setIn(System.in == null ? System.in : java.io.InputStream.nullInputStream());
            Locale.setDefault(Locale.forLanguageTag("sw-KE"));
            TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
            Thread self = Thread.currentThread();
            self.setName("mine");
            self.setPriority(Thread.MAX_PRIORITY);
            self.setContextClassLoader(null);
            self.interrupt();
        }

        @Override
        public void closeAll() throws IOException {
            System.in.close();
            System.out.close();
            System.err.close();
        }

        @Override
        public String context() {
            return String.valueOf(MDC.get("key"));
        }

        @Override
        public void leaveContext() {
            MDC.put("key", "value");
        }
    }

    @Test
    void theNextTaskFindsAllAsItWas() throws IOException {
        try (WorkerPool pool = ProcessPool.create(options -> options)) {
            Careless careless = pool.proxy(Careless.class, CarelessWorker.class);
            String before = careless.describe();
            for (int i = 0; i < 2; i++) {
                careless.changeAll();
                assertThat(careless.describe()).isEqualTo(before);
            }
            careless.closeAll();
            assertThat(careless.describe()).isEqualTo(before);
        }
    }

    @Test
    void theDiagnosticContextIsEmptyAndStartsNoLogging() {
        try (WorkerPool pool = ProcessPool.create(options -> options)) {
            Careless careless = pool.proxy(Careless.class, CarelessWorker.class);
            for (int i = 0; i < 3; i++) {
                assertThat(careless.logs()).isFalse();
            }
            careless.leaveContext();
            assertThat(careless.context()).isEqualTo("null");
            assertThat(careless.logs()).isTrue();
        }
    }
}
