package io.github.inparallel.benchmarks.app.orders;

import java.util.List;
import org.springframework.data.jpa.repository.JpaRepository;

interface PurchaseOrders extends JpaRepository<PurchaseOrder, Long> {

    List<PurchaseOrder> findByCustomer(String customer);
}
