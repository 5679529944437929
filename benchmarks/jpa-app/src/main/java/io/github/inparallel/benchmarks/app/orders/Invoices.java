package io.github.inparallel.benchmarks.app.orders;

import io.github.inparallel.InParallel;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
class Invoices {

    private final PurchaseOrders orders;

    Invoices(PurchaseOrders orders) {
        this.orders = orders;
    }

    @InParallel
    @Transactional(readOnly = true)
    public int articles(String customer) {
        return orders.findByCustomer(customer).stream()
                .mapToInt(PurchaseOrder::size)
                .sum();
    }
}
