package io.github.inparallel.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.spring.WorkerPools;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.test.context.EmbeddedKafka;
import org.springframework.test.annotation.DirtiesContext;

/** Messages and schedules are the application's alone, also where the bean that has them has tasks. */
@Tag("process")
@Timeout(180)
@DirtiesContext
@EmbeddedKafka(topics = "purchases", partitions = 4, bootstrapServersProperty = "spring.kafka.bootstrap-servers")
@SpringBootTest(properties = "shop.messages=true")
class DoorsTests {

    @Autowired
    private Till till;

    @Autowired
    private KafkaTemplate<String, String> kafka;

    @Autowired
    private WorkerPools pools;

    @Test
    void eachRecordIsConsumedOnceInTheApplication() {
        assertThat(till.doorsOfWorker()).isEqualTo(List.of(0, 0)); // its worker is there before the first record

        for (int i = 0; i < 40; i++) {
            kafka.send("purchases", "item " + i).join();
        }

        await().until(() -> till.messages() == 40);
        assertThat(till.ticks()).isPositive();
        assertThat(till.doorsOfWorker()).isEqualTo(List.of(0, 0));
        assertThat(pools.report("default").heldBack()).contains("@KafkaListener methods", "@Scheduled methods");
    }
}
