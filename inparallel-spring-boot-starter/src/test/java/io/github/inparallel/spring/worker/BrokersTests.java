package io.github.inparallel.spring.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;

/** With stand-ins for what Artemis and ActiveMQ have. */
class BrokersTests {

    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    private final HeldBack heldBack = new HeldBack();

    @Test
    void brokerWithinTheApplicationIsNotStarted() {
        RootBeanDefinition definition = new RootBeanDefinition(Broker.class, Broker::new);
        definition.setInitMethodName("start");
        beans.registerBeanDefinition("broker", definition);

        Brokers.holdBack(List.of(Broker.class.getName(), "there.is.no.such.Broker"), beans, heldBack);

        assertThat(beans.getBean(Broker.class).started).isFalse();
        assertThat(heldBack.names()).containsExactly("start of broker");
        assertThat(heldBack.warnings()).singleElement().asString().contains("'broker'", "do not start it");
    }

    @Test
    void connectionsMakeNoBrokerOfTheirOwn() {
        beans.registerBeanDefinition("plain", connections("vm://localhost"));
        beans.registerBeanDefinition("asked", connections("vm://localhost?broker.persistent=false"));
        beans.registerBeanDefinition("remote", connections("tcp://broker:61616"));
        Brokers.holdBack(List.of(), beans, heldBack);

        assertThat(beans.getBean("plain", StubConnectionFactory.class).brokerUrl)
                .isEqualTo("vm://localhost?create=false");
        assertThat(beans.getBean("asked", StubConnectionFactory.class).brokerUrl)
                .isEqualTo("vm://localhost?broker.persistent=false&create=false");
        assertThat(beans.getBean("remote", StubConnectionFactory.class).brokerUrl)
                .isEqualTo("tcp://broker:61616");
        assertThat(heldBack.warnings())
                .hasSize(2)
                .allSatisfy(warning -> assertThat(warning).contains("vm://"));
    }

    @Test
    void connectionsThatAreWrappedAreToldToo() {
        StubConnectionFactory target = new StubConnectionFactory("vm://localhost");
        beans.registerBeanDefinition(
                "caching",
                new RootBeanDefinition(CachingConnectionFactory.class, () -> new CachingConnectionFactory(target)));
        Brokers.holdBack(List.of(), beans, heldBack);

        beans.getBean("caching");

        assertThat(target.brokerUrl).endsWith("create=false");
    }

    private static RootBeanDefinition connections(String url) {
        return new RootBeanDefinition(StubConnectionFactory.class, () -> new StubConnectionFactory(url));
    }

    /** As a broker is. */
    public static final class Broker {
        private boolean started;

        public void start() {
            started = true;
        }
    }

    /** As ActiveMQ's is. */
    public static final class StubConnectionFactory {
        private String brokerUrl;

        private StubConnectionFactory(String brokerUrl) {
            this.brokerUrl = brokerUrl;
        }

        public String getBrokerURL() {
            return brokerUrl;
        }

        public void setBrokerURL(String url) {
            brokerUrl = url;
        }
    }

    /** As Spring's is. */
    public record CachingConnectionFactory(StubConnectionFactory target) {

        public StubConnectionFactory getTargetConnectionFactory() {
            return target;
        }
    }
}
