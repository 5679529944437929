package io.github.inparallel.spring.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.context.support.GenericApplicationContext;

/** What beans of the application say of services, beans in a worker say too. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class CapturedConnectionsTests {

    private static final SslBundle BUNDLE = SslBundle.of(SslStoreBundle.NONE);

    enum Transport {
        HTTP,
        GRPC
    }

    record Node(String host, int port) {}

    /** As those of Spring Boot's modules are. */
    interface StoreDetails extends ConnectionDetails {

        String host();

        int port();

        default String address() {
            return host() + ":" + port();
        }

        default @Nullable String password() {
            return null;
        }

        default List<Node> nodes() {
            return List.of(new Node(host(), port()));
        }

        default String[] urls() {
            return new String[] {"http://" + address(), "https://" + address()};
        }

        default URI uri() {
            return URI.create("store://" + address());
        }

        default Map<String, Duration> limits() {
            return Map.of("connect", Duration.ofSeconds(3));
        }

        default String url(Transport transport) {
            return transport + "://" + address();
        }

        default String path(String file) {
            return address() + "/" + file;
        }

        default Part part() {
            return () -> "part of " + address();
        }

        default @Nullable SslBundle ssl() {
            return null;
        }

        /** A part that is an interface. */
        interface Part {
            String name();

            default int length() {
                return name().length();
            }
        }
    }

    record Store(String host, int port) implements StoreDetails {}

    /** Made from its text, as the connection strings of some clients are. */
    public static final class Address {

        private final String text;

        public Address(String text) {
            this.text = text;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Address address && address.text.equals(text);
        }

        @Override
        public int hashCode() {
            return text.hashCode();
        }

        @Override
        public String toString() {
            return text;
        }
    }

    interface OddDetails extends ConnectionDetails {

        Address address();

        Object token();

        String unreachable();

        String depends(String on);
    }

    static final class Odd implements OddDetails {
        @Override
        public Address address() {
            return new Address("odd://");
        }

        @Override
        public Object token() {
            return new Thread();
        }

        @Override
        public String unreachable() {
            throw new IllegalStateException("not yet");
        }

        @Override
        public String depends(String on) {
            return on;
        }
    }

    /** As auto-configuration does. */
    @Configuration(proxyBeanMethods = false)
    static class Defaults {

        @Bean
        @ConditionalOnMissingBean(StoreDetails.class)
        StoreDetails propertiesStoreDetails() {
            return new Store("from properties", 1);
        }
    }

    private static AnnotationConfigApplicationContext context(
            Consumer<GenericApplicationContext> before, Class<?>... sources) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.setAllowBeanDefinitionOverriding(false); // as Spring Boot has it
        before.accept(context);
        if (sources.length > 0) {
            context.register(sources);
        }
        context.refresh();
        return context;
    }

    private static AnnotationConfigApplicationContext workerOf(
            GenericApplicationContext application, Class<?>... sources) {
        Map<String, String> captured = CapturedConnections.of(application.getBeanFactory());
        return context(worker -> CapturedConnections.register(captured, worker), sources);
    }

    private static Consumer<GenericApplicationContext> with(String name, ConnectionDetails details) {
        return context -> context.getBeanFactory().registerSingleton(name, details);
    }

    @Test
    void everyAnswerIsTheApplicationsAndDefaultsGiveWay() {
        try (AnnotationConfigApplicationContext application =
                        context(with("store", new Store("box", 7)), Defaults.class);
                AnnotationConfigApplicationContext worker = workerOf(application, Defaults.class)) {
            StoreDetails store = worker.getBean(StoreDetails.class);

            assertThat(worker.getBeanNamesForType(StoreDetails.class)).containsExactly("store");
            assertThat(store.host()).isEqualTo("box");
            assertThat(store.port()).isEqualTo(7);
            assertThat(store.address()).isEqualTo("box:7");
            assertThat(store.password()).isNull();
            assertThat(store.nodes()).containsExactly(new Node("box", 7));
            assertThat(store.urls()).containsExactly("http://box:7", "https://box:7");
            assertThat(store.uri()).isEqualTo(URI.create("store://box:7"));
            assertThat(store.limits()).isEqualTo(Map.of("connect", Duration.ofSeconds(3)));
            assertThat(store.url(Transport.GRPC)).isEqualTo("GRPC://box:7");
            assertThat(store.path("x")).isEqualTo("box:7/x"); // asks the others
            assertThat(store.part().name()).isEqualTo("part of box:7");
            assertThat(store.part().length()).isEqualTo(13);
            assertThat(store.ssl()).isNull();
            assertThat(store).hasToString("Connection details 'store' of the application");
        }
    }

    @Test
    void whatOnlyPropertiesSayIsAskedOfTheWorkersOwnProperties() {
        try (AnnotationConfigApplicationContext application = context(context -> {}, Defaults.class)) {
            assertThat(CapturedConnections.of(application.getBeanFactory())).isEmpty();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Own {

        static int made;

        @Bean
        @Primary
        StoreDetails first() {
            return new Store("made", ++made);
        }

        @Bean
        @Qualifier("other")
        StoreDetails second() {
            return new Store("second", ++made);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class User {

        @Bean
        List<String> seen(StoreDetails primary, @Qualifier("other") StoreDetails other) {
            return List.of(primary.host(), other.host());
        }
    }

    @Test
    void beansOfTheApplicationsCodeAreNotMadeAgainAndAreFoundAlike() {
        Own.made = 0;
        try (AnnotationConfigApplicationContext application = context(context -> {}, Own.class);
                AnnotationConfigApplicationContext worker = workerOf(application, Own.class, User.class)) {
            assertThat(worker.getBean("seen")).isEqualTo(List.of("made", "second"));
            assertThat(worker.getBean("first", StoreDetails.class).port())
                    .isEqualTo(application.getBean("first", StoreDetails.class).port());
            assertThat(Own.made).isEqualTo(2);
        }
    }

    @Test
    void anSslBundleIsTheWorkersOfThatName() {
        StoreDetails details = new StoreDetails() {
            @Override
            public String host() {
                return "box";
            }

            @Override
            public int port() {
                return 7;
            }

            @Override
            public SslBundle ssl() {
                return BUNDLE;
            }
        };
        SslBundle workers = SslBundle.of(SslStoreBundle.NONE);
        try (AnnotationConfigApplicationContext application = context(with("store", details)
                        .andThen(context -> context.registerBean(
                                SslBundles.class, () -> new DefaultSslBundleRegistry("b", BUNDLE))));
                AnnotationConfigApplicationContext worker = context(context -> {
                    CapturedConnections.register(CapturedConnections.of(application.getBeanFactory()), context);
                    context.registerBean(SslBundles.class, () -> new DefaultSslBundleRegistry("b", workers));
                })) {
            assertThat(worker.getBean(StoreDetails.class).ssl()).isSameAs(workers);
        }
    }

    @Test
    void whatCannotCrossIsNamedInTheApplicationAndFailsWhereItIsAskedFor(CapturedOutput output) {
        try (AnnotationConfigApplicationContext application = context(with("odd", new Odd()));
                AnnotationConfigApplicationContext worker = workerOf(application)) {
            OddDetails odd = worker.getBean(OddDetails.class);

            assertThat(odd.address()).isEqualTo(new Address("odd://"));
            assertThat(output).containsOnlyOnce("Connection details 'odd': token cannot cross to workers");
            assertThatThrownBy(odd::token)
                    .hasMessage(
                            "Connection details 'odd': token is a java.lang.Thread, which cannot cross to another process");
            assertThatThrownBy(odd::unreachable)
                    .hasMessageContaining("fails in the application: java.lang.IllegalStateException: not yet");
            assertThatThrownBy(() -> odd.depends("x")).hasMessageContaining("depends on its arguments");
        }
    }

    @Test
    void aTypeThatTheWorkerHasNotIsLeftOut() {
        try (AnnotationConfigApplicationContext worker = context(context -> CapturedConnections.register(
                Map.of("gone", "{\"types\":[\"com.example.GoneDetails\"],\"values\":{}}"), context))) {
            assertThat(Optional.ofNullable(
                            worker.getBeanProvider(ConnectionDetails.class).getIfAvailable()))
                    .isEmpty();
        }
    }
}
