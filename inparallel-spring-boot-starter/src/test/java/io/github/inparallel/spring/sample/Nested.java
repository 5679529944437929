package io.github.inparallel.spring.sample;

import io.github.inparallel.InParallel;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;

@Component
@InParallel
public class Nested {

    public long pid() {
        return ProcessHandle.current().pid();
    }

    @Transactional
    public boolean inTransaction() {
        return TransactionSynchronizationManager.isActualTransactionActive();
    }
}
